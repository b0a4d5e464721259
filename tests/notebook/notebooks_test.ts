import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parseCell } from "../../lib/notebook/cell_source.ts";
import { checkNotebooks } from "../../lib/notebook/check_notebooks.ts";
import { isCode, plainText, readNotebook } from "../../lib/notebook/notebook_file.ts";
import { runNotebook } from "../../lib/notebook/run_notebook.ts";
import { storedOutputProblems } from "../../lib/notebook/strip_outputs.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${project}notebooks/`;
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) =>
  /^\d.*\.ipynb$/.test(name)
);
const notebooks = await Promise.all(
  names.sort().map(async (name) => ({
    name,
    path: folder + name,
    notebook: await readNotebook(folder + name),
  })),
);

Deno.test("all notebooks have the right types", async () => {
  const problems = await checkNotebooks(notebooks);
  assertEquals(
    Object.fromEntries(names.map((name, i) => [name, problems[i]])),
    Object.fromEntries(
      names.map((name) => [name, []]),
    ),
  );
});

for (const { name, path, notebook } of notebooks) {
  const texts = notebook.cells.map(({ source }) => plainText(source));
  const code = notebook.cells.filter(isCode);

  Deno.test(`${name} has short cells that import only the kit, parameters, an answer and things to try`, () => {
    assert(
      new RegExp(`^# ${name.slice(0, 2)} · .*\\n\\n[^]*\\*\\*[^]*\\?[^]*\\*\\*`).test(texts[0]),
      texts[0],
    );
    const sources = code.map(({ source }) => plainText(source));
    for (const source of sources) {
      assert(source.split("\n").length <= 16, `a long cell:\n${source}`);
      for (const { source: module } of parseCell(source).imports) assertEquals(module, '"gorp"');
    }
    assert(code.some(({ metadata }) => Array.isArray(metadata.tags) && metadata.tags.includes("parameters")));
    assert(texts.some((text) => text.includes("## The answer, as measured here")));
    assert(texts.at(-1)!.includes("## Try this"));
  });

  Deno.test(`${name} is stored with pictures, stripped, and small`, () => {
    assertEquals(storedOutputProblems(notebook, project), []);
    assert(code.some(({ outputs }) => JSON.stringify(outputs).includes("image/png")), "no picture is stored");
    const { size } = Deno.statSync(path);
    assert(size < 500_000, `${size} bytes`);
  });
}

Deno.test("a notebook runs in its quick form, and its answer is a sentence of numbers", async () => {
  const { path, notebook } = notebooks.find(({ name }) => name.startsWith("02"))!;
  const before = Deno.env.get("GORP_QUICK");
  Deno.env.set("GORP_QUICK", "1");
  try {
    const run = await runNotebook(path, notebook, { checkTypes: false });
    assertEquals(run.problems, []);
    const shown = run.notebook.cells.filter(isCode).flatMap(({ outputs }) => outputs);
    const [answer] = shown.slice(-1).map(({ data }) => (data as Record<string, string>)["text/plain"]);
    assert(/\d/.test(answer) && !/NaN|undefined/.test(answer), answer);
  } finally {
    if (before === undefined) Deno.env.delete("GORP_QUICK");
    else Deno.env.set("GORP_QUICK", before);
  }
});
