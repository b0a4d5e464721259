/** How results show themselves in a notebook. @module */

/** The forms of one value that a notebook chooses from. */
export interface RichDisplay {
  /** For terminals and for notebooks without HTML. */
  readonly "text/plain": string;
  /** A fragment of HTML. */
  readonly "text/html": string;
}

/** Text as it may stand in HTML, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A small table; the first column is aligned left, the others right. */
export function htmlTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cell = (tag: string) => (text: string, column: number) =>
    `<${tag} style="text-align:${column === 0 ? "left" : "right"}">${escapeHtml(text)}</${tag}>`;
  const line = (tag: string, cells: readonly string[]) => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  const body = rows.map((row) => line("td", row)).join("");
  return `<table><thead>${line("th", header)}</thead><tbody>${body}</tbody></table>`;
}
