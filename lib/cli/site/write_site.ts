/** The documentation as a folder of HTML pages. @module */
import { basename, dirname, join, relative } from "node:path/posix";
import { escapeHtml } from "../../display/rich_display.ts";
import { readNotebook } from "../../notebook/notebook_file.ts";
import { markdownHtml } from "./markdown_html.ts";
import { type NotebookHead, notebookHead, notebookHtml } from "./notebook_html.ts";
import { sitePage } from "./site_page.ts";

/** What the pages are made of; paths from the project's folder. */
export interface SiteSources {
  /** The project's folder, with a separator at its end. */
  readonly project: string;
  /** Folder to write into. */
  readonly out: string;
  /** Markdown files, the first one being what the project is. */
  readonly documents: readonly string[];
  /** Notebook files, in order. */
  readonly notebooks: readonly string[];
}

/** Where a source stands in the site: `notebooks/01_svd.ipynb` becomes `notebooks/01_svd.html`. */
function pagePath(source: string): string {
  const path = source.replace(/\.(md|ipynb)$/, ".html");
  return source.endsWith(".ipynb") ? path : `documents/${path}`;
}

/**
 * Writes a page for every document and notebook, and the index. Pictures are copied; links between sources lead to
 * their pages, links to other files of the project to nothing.
 *
 * @returns the number of pages
 */
export async function writeSite(sources: SiteSources): Promise<number> {
  const { project, documents, notebooks } = sources;
  const titles = new Map<string, string>();
  const heads = new Map<string, NotebookHead>();
  for (const source of documents) {
    const text = await Deno.readTextFile(project + source);
    const title = /^#\s+(.*)$/m.exec(text)?.[1] ?? basename(source);
    titles.set(source, title);
    await writePage(sources, pagePath(source), {
      title,
      body: markdownHtml(text, linksFrom(sources, source)),
    });
  }
  for (const source of notebooks) {
    const notebook = await readNotebook(project + source);
    const head = notebookHead(notebook, basename(source, ".ipynb"));
    heads.set(source, head);
    await writePage(sources, pagePath(source), {
      title: head.title,
      body: notebookHtml(notebook, linksFrom(sources, source)),
    });
  }
  await writePage(sources, "index.html", { title: "Documentation", body: indexBody(titles, heads) });
  return documents.length + notebooks.length + 1;
}

function indexBody(titles: ReadonlyMap<string, string>, heads: ReadonlyMap<string, NotebookHead>): string {
  const item = (path: string, title: string, text = "") =>
    `<li><a href="${pagePath(path)}">${escapeHtml(title)}</a>${text}</li>`;
  return `<h1>GORP on Deno</h1>
<p>Continual gradient low-rank projection fine-tuning of language models, on WebGPU.</p>
<h2 id="notebooks">Notebooks</h2>
<ul class="list">
${
    [...heads].map(([path, { title, question }]) => item(path, title, markdownHtml(question, () => null)))
      .join("\n")
  }
</ul>
<h2 id="library">Library</h2>
<p><a href="library/index.html">Every function, class and type</a>, with examples.</p>
<h2 id="documents">Documents</h2>
<ul class="list">
${[...titles].map(([path, title]) => item(path, title)).join("\n")}
</ul>`;
}

/** Where links of a source lead; pictures are copied beside its page on the way. */
function linksFrom(sources: SiteSources, source: string): (target: string) => string | null {
  return (target) => {
    if (/^[a-z]+:|^#/i.test(target)) return target;
    const [path, anchor] = target.split("#");
    const wanted = join(dirname(source), path);
    const from = dirname(pagePath(source));
    const end = anchor === undefined ? "" : `#${anchor}`;
    if ([...sources.documents, ...sources.notebooks].includes(wanted)) {
      return relative(from, pagePath(wanted)) + end;
    }
    if (!/\.(png|svg)$/.test(wanted) || wanted.startsWith("..")) return null;
    const copy = `documents/${wanted}`;
    Deno.mkdirSync(dirname(`${sources.out}/${copy}`), { recursive: true });
    Deno.copyFileSync(sources.project + wanted, `${sources.out}/${copy}`);
    return relative(from, copy);
  };
}

async function writePage(
  { out }: SiteSources,
  path: string,
  page: { readonly title: string; readonly body: string },
): Promise<void> {
  const place = `${out}/${path}`;
  await Deno.mkdir(dirname(place), { recursive: true });
  await Deno.writeTextFile(place, sitePage({ ...page, root: "../".repeat(path.split("/").length - 1) }));
}
