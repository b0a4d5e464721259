import { assert, assertEquals } from "@std/assert";
import { SCHEMA_VERSION, TABLE_NAMES, tableSchemas } from "../../lib/results/schema.ts";

const text = Deno.readTextFileSync(new URL("../../docs/arrow-schema.md", import.meta.url));

/** The cells of the first table below a heading. */
function rowsUnder(heading: string): string[][] {
  const section = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const [table] = /(^\|.*\n)+/m.exec(section) ?? [""];
  return table.trim().split("\n").slice(2).map((line) =>
    line.split("|").slice(1, -1).map((cell) => cell.trim())
  );
}

/** Arrow's name of a type as the document writes it. */
function typeText(type: string): string {
  if (type.startsWith("Dictionary")) return "dictionary of text";
  if (type.startsWith("List")) return `list of ${typeText(type.slice(5, -1))}`;
  if (type.startsWith("Timestamp")) return "timestamp, UTC";
  return type === "Utf8" ? "text" : type.toLowerCase();
}

Deno.test("the document has every table and column, with type and unit as the files have them", () => {
  assert(text.includes(`the version of this document: **${SCHEMA_VERSION}**`));
  for (const name of TABLE_NAMES) {
    const expected = tableSchemas[name].fields.map((field) => [
      field.name,
      typeText(String(field.type)),
      field.metadata.get("unit") ?? "",
    ]);
    const rows = rowsUnder(name);
    assertEquals(rows.map((row) => row.slice(0, 3)), expected, name);
    assert(rows.every(([, , , meaning]) => meaning.length > 5), name);
  }
});
