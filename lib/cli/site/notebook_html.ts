/** A stored notebook as HTML. @module */
import { escapeHtml } from "../../display/rich_display.ts";
import { type Cell, isCode, type Notebook, plainText } from "../../notebook/notebook_file.ts";
import { markdownHtml } from "./markdown_html.ts";

/** What an index says of a notebook. */
export interface NotebookHead {
  /** Its first heading. */
  readonly title: string;
  /** Its first paragraph, as Markdown. */
  readonly question: string;
}

/** Title and first paragraph of a notebook; the name of its file where it has no heading. */
export function notebookHead(notebook: Notebook, name: string): NotebookHead {
  const first = notebook.cells.find(({ cell_type }) => cell_type === "markdown");
  const [heading = "", ...paragraphs] = (first ? plainText(first.source) : "").split(/\n\s*\n/);
  if (!heading.startsWith("#")) return { title: name, question: heading };
  return { title: heading.replace(/^#+\s*/, "").trim(), question: paragraphs[0]?.trim() ?? "" };
}

/**
 * All cells with their stored outputs: of each output the richest form that needs no script.
 *
 * @param link where each link leads, see {@linkcode markdownHtml}
 */
export function notebookHtml(notebook: Notebook, link: (target: string) => string | null): string {
  return notebook.cells.map((cell) => cellHtml(cell, link)).join("\n");
}

function cellHtml(cell: Cell, link: (target: string) => string | null): string {
  const source = plainText(cell.source);
  if (cell.cell_type === "markdown") return `<section class="text">${markdownHtml(source, link)}</section>`;
  if (!isCode(cell)) return `<pre>${escapeHtml(source)}</pre>`;
  const outputs = cell.outputs.map((output) => outputHtml(output, link)).join("\n");
  return `<section class="cell"><pre class="code"><code>${escapeHtml(source)}</code></pre>${
    outputs === "" ? "" : `<div class="outputs">${outputs}</div>`
  }</section>`;
}

function outputHtml(
  output: Readonly<Record<string, unknown>>,
  link: (target: string) => string | null,
): string {
  if (output.output_type === "stream") return `<pre>${escapeHtml(textOf(output.text))}</pre>`;
  if (output.output_type === "error") {
    return `<pre class="error">${escapeHtml(`${output.ename}: ${output.evalue}`)}</pre>`;
  }
  const data = (output.data ?? {}) as Readonly<Record<string, unknown>>;
  const plain = textOf(data["text/plain"]);
  if ("image/png" in data) {
    const source = textOf(data["image/png"]).replace(/\s/g, "");
    return `<img src="data:image/png;base64,${source}" alt="${escapeHtml(plain)}">`;
  }
  if ("text/markdown" in data) return markdownHtml(textOf(data["text/markdown"]), link);
  const html = textOf(data["text/html"]);
  return html !== "" && !/<script/i.test(html) ? html : `<pre>${escapeHtml(plain)}</pre>`;
}

function textOf(value: unknown): string {
  return value === undefined ? "" : plainText(value as string | readonly string[]);
}
