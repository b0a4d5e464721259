/** How values show themselves as the last line of a notebook's cell. @module */

/** The forms of one value that a notebook chooses from. */
export interface RichDisplay {
  /** For terminals and for notebooks without HTML. */
  readonly "text/plain": string;
  /** A fragment of HTML that takes the page's own colours, light or dark. */
  readonly "text/html": string;
}

/** The key under which a value gives its own forms, as Jupyter kernels call it. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display");

/** The key under which a value gives its text to `console.log` and to records that hold it. */
export const inspectSymbol: unique symbol = Symbol.for("Deno.customInspect");

/**
 * Lets a plain record show itself in a notebook. The forms are made when they are asked for, and the key is hidden:
 * copies, comparisons and JSON see the record as it was. A frozen record stays as it is.
 *
 * @param value changed in place
 * @param describe makes the forms
 */
export function displayed<Value extends object>(
  value: Value,
  describe: (value: Value) => RichDisplay,
): Value {
  if (!Object.isExtensible(value)) return value;
  return Object.defineProperty(value, displaySymbol, { value: () => describe(value), configurable: true });
}

/** Lines of text as both forms; the first is the heading. */
export function linesDisplay(lines: readonly string[]): RichDisplay {
  const [heading, ...rest] = lines;
  const html = rest.length === 0 ? "" : `<pre style="margin:0">${escapeHtml(rest.join("\n"))}</pre>`;
  return { "text/plain": lines.join("\n"), "text/html": `<div><b>${escapeHtml(heading)}</b>${html}</div>` };
}

/** A heading over a table as both forms. */
export function tableDisplay(
  heading: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): RichDisplay {
  return {
    "text/plain": `${heading}\n${textTable(header, rows)}`,
    "text/html": `<div><b>${escapeHtml(heading)}</b>${htmlTable(header, rows)}</div>`,
  };
}

/** Text as it may stand in HTML, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A small table; columns of numbers are aligned right. */
export function htmlTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = header.map((_, column) => isNumeric(rows, column));
  const cell = (tag: string) => (text: string, column: number) =>
    `<${tag} style="text-align:${right[column] ? "right" : "left"}">${escapeHtml(text)}</${tag}>`;
  const line = (tag: string, cells: readonly string[]) => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
  const body = rows.map((row) => line("td", row)).join("");
  return `<table><thead>${line("th", header)}</thead><tbody>${body}</tbody></table>`;
}

/** Whether all cells of a column but the first are numbers, intervals, or say that there is none. */
function isNumeric(rows: readonly (readonly string[])[], column: number): boolean {
  return column > 0 && rows.every((row) => /^([+−-]?[\d.,]|[–-]$|NaN$|diverged$|$)/.test(row[column]));
}

/** The same table in columns of text. */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column].length))
  );
  const right = header.map((_, column) => isNumeric(rows, column));
  const line = (cells: readonly string[]) =>
    cells.map((text, column) => right[column] ? text.padStart(widths[column]) : text.padEnd(widths[column]))
      .join("  ").trimEnd();
  return [header, ...rows].map(line).join("\n");
}

/** A whole number with thousands set apart. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A number of bytes in the unit that suits it. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB"];
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power - 1]}`;
}
