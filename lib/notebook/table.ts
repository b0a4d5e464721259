/** Small tables. @module */
import { htmlTable, textTable } from "../display/rich_display.ts";
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
