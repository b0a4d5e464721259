import { assert, assertEquals } from "@std/assert";
import { markdownHtml } from "../../../lib/cli/site/markdown_html.ts";
import { notebookHead, notebookHtml } from "../../../lib/cli/site/notebook_html.ts";
import { writeSite } from "../../../lib/cli/site/write_site.ts";
import type { Notebook } from "../../../lib/notebook/notebook_file.ts";

const anywhere = (target: string) => target;

Deno.test("formulas become MathML; prices, code and links stay what they are", () => {
  const html = markdownHtml(
    "# A *b*\n\n$W = W_0 + s$, `$x$`, 5 $ and 6 $7.\n\n$$a$$\n\n```ts\nconst $ = `$y$`;\n```\n",
  );
  assertEquals(html.match(/<math/g)?.length, 2);
  assertEquals(html.match(/display="block"/g)?.length, 1);
  assert(html.includes("<code>$x$</code>") && html.includes("5 $ and 6 $7.") && html.includes("`$y$`"), html);
  assert(html.includes('<h1 id="a-b">A <em>b</em></h1>'));
  assertEquals(
    markdownHtml("[a](b.md) [c](d)", (to) => to === "d" ? null : "e.html").trim(),
    '<p><a href="e.html">a</a> c</p>',
  );
});

const notebook: Notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [
    { cell_type: "markdown", metadata: {}, source: "# 01 · Title\n\nWhat is *it*?\n\nMore." },
    {
      cell_type: "code",
      metadata: {},
      source: ["const a = 1 < 2;\n", "a;"],
      execution_count: null,
      outputs: [
        { output_type: "stream", name: "stdout", text: "<b>\n" },
        {
          output_type: "display_data",
          metadata: {},
          data: { "image/png": "iVBO\nRw0K", "text/plain": 'Loss: "it" falls.' },
        },
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/html": "<script>x</script>", "text/plain": "plain" },
        },
        {
          output_type: "execute_result",
          metadata: {},
          execution_count: 1,
          data: { "text/html": "<i>true</i>", "text/plain": "true" },
        },
        {
          output_type: "display_data",
          metadata: {},
          data: { "text/markdown": "It is **three** times $x$.", "text/plain": "It is three times $x$." },
        },
        { output_type: "error", ename: "RangeError", evalue: "a < b", traceback: [] },
      ],
    },
  ],
};

Deno.test("a notebook shows code, text, pictures and errors, escaped, and runs no script", () => {
  const html = notebookHtml(notebook, anywhere);
  for (
    const part of [
      "const a = 1 &#60; 2;\na;",
      "<pre>&#60;b&#62;\n</pre>",
      'src="data:image/png;base64,iVBORw0K" alt="Loss: &#34;it&#34; falls."',
      "<pre>plain</pre>",
      "<i>true</i>",
      "It is <strong>three</strong> times <math",
      "RangeError: a &#60; b",
    ]
  ) assert(html.includes(part), `${part} is not in ${html}`);
  assert(!html.includes("<script"));
  assertEquals(notebookHead(notebook, "x"), { title: "01 · Title", question: "What is *it*?" });
  assertEquals(notebookHead({ ...notebook, cells: [] }, "x"), { title: "x", question: "" });
});

Deno.test("the site links its pages to each other, copies pictures, and needs nothing from elsewhere", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/docs`);
    await Deno.mkdir(`${folder}/notebooks`);
    await Deno.writeTextFile(
      `${folder}/README.md`,
      "# Project\n\n![p](docs/p.png) [more](docs/more.md#here) [book](notebooks/01_a.ipynb) [code](lib/x.ts)\n",
    );
    await Deno.writeTextFile(`${folder}/docs/more.md`, "# More\n\n[back](../README.md)\n");
    await Deno.writeTextFile(`${folder}/docs/p.png`, "picture");
    await Deno.writeTextFile(`${folder}/notebooks/01_a.ipynb`, JSON.stringify(notebook));
    const out = `${folder}/site`;
    const pages = await writeSite({
      project: `${folder}/`,
      out,
      documents: ["README.md", "docs/more.md"],
      notebooks: ["notebooks/01_a.ipynb"],
    });
    assertEquals(pages, 4);
    const read = (path: string) => Deno.readTextFileSync(`${out}/${path}`);
    for (
      const path of ["index.html", "documents/README.html", "documents/docs/more.html", "notebooks/01_a.html"]
    ) {
      const html = read(path);
      assert(html.startsWith("<!doctype html>") && !/src="http|<link|@import|<script/.test(html), path);
      for (const [, target] of html.matchAll(/(?:href|src)="([^"#:]+)(?:#[^"]*)?"/g)) {
        if (target.includes("library/")) continue;
        Deno.statSync(new URL(target, `file://${out}/${path}`));
      }
    }
    assert(read("documents/README.html").includes('href="docs/more.html#here"'));
    assert(read("documents/README.html").includes('href="../notebooks/01_a.html"'));
    assert(read("documents/README.html").includes(" code</p>"));
    assert(read("index.html").includes("What is <em>it</em>?"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
