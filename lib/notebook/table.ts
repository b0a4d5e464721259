/** Small tables. @module */
import { htmlTable } from "../results/rich_display.ts";
import type { MediaBundle } from "./output.ts";

/** What a cell of a table may hold; null and undefined are shown as a dash. */
export type TableValue = string | number | boolean | null | undefined;

/** One row of a table: its values under the names of the columns. */
export type TableRow = Readonly<Record<string, TableValue>>;

/**
 * A table as text and HTML. Columns are the names in all rows, in order of appearance; numbers that are not
 * whole have four significant digits.
 */
export function tableBundle(rows: readonly TableRow[]): MediaBundle {
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const body = rows.map((row) => header.map((name) => valueText(row[name])));
  return { "text/plain": textTable(header, body), "text/html": htmlTable(header, body) };
}

function valueText(value: TableValue): string {
  if (value === null || value === undefined) return "–";
  if (typeof value !== "number" || Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(4)));
}

function textTable(header: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...body.map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((text, column) => column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))
      .join("  ").trimEnd();
  return [header, ...body].map(line).join("\n");
}
