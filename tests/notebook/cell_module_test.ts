import { assertEquals } from "@std/assert";
import { joinCells } from "../../lib/notebook/cell_module.ts";

function join(...codes: string[]) {
  return joinCells(codes, "runtime");
}

/** The line of the module that comes from a line of a cell and has code on it. */
function at(module: ReturnType<typeof join>, cell: number, line: number): string {
  const lines = module.text.split("\n");
  const indices = module.lines.flatMap((from, i) => from?.cell === cell && from.line === line ? [i] : []);
  return indices.map((i) => lines[i].trim()).filter(Boolean).join(" | ");
}

Deno.test("joinCells hoists imports, once each, and keeps the lines of the code", () => {
  const module = join(
    'import a, { b as c, type T } from "x"; c();\nfoo()',
    'import * as ns from "y";\nimport { b as c } from "x";\nimport "side";',
  );
  assertEquals(module.problems, []);
  assertEquals(
    at(module, 1, 1),
    'import { "default" as a } from "x"; import { "b" as c } from "x"; import type { "T" as T } from "x"; | c();',
  );
  assertEquals(at(module, 1, 2), "$cell.value((foo()));");
  assertEquals(at(module, 2, 1), 'import * as ns from "y";');
  assertEquals(at(module, 2, 2), "");
  assertEquals(at(module, 2, 3), 'import "side";');
});

Deno.test("joinCells makes the last expression a value, whatever surrounds it", () => {
  assertEquals(at(join("const x = 1;\nx // tail"), 1, 2), "$cell.value((x)); // tail");
  assertEquals(at(join("a, b;"), 1, 1), "$cell.value((a, b));");
  assertEquals(at(join("const x = 1"), 1, 1), "const x = 1");
  assertEquals(at(join("export const x = 1;"), 1, 1), "const x = 1;");
});

Deno.test("joinCells opens a block where a name is declared again", () => {
  const blocks = (...codes: string[]) =>
    join(...codes).text.split("\n").filter((line) => line === "{").length;
  assertEquals(blocks("const a = 1;", "const b = 2;"), 0);
  assertEquals(blocks("const { a: [x, ...y], z = 3 } = f();", "let y = 2;", "let q;"), 1);
  assertEquals(blocks("function f() {}", "class f {}", "type f = 1;"), 2);
  assertEquals(blocks('import { f } from "x"; f();', "const f = 2;"), 1);
});

Deno.test("joinCells says what no cell can have, and where", () => {
  assertEquals(join("1;", "\nconst a = ;").problems, [{ cell: 2, line: 2, message: "Unexpected token" }]);
  assertEquals(join("\nimport.meta.url").problems, [
    { cell: 1, line: 2, message: "A cell cannot use import.meta: it belongs to no file." },
  ]);
  assertEquals(join("'import.meta' // import.meta").problems, []);
  assertEquals(join("export default 3;").problems.length, 1);
  assertEquals(join('import { a } from "x";', '\nimport { a } from "y";').problems, [
    { cell: 2, line: 2, message: '"a" means something else in an earlier cell.' },
  ]);
  assertEquals(join("const a = 1;", 'import { a } from "y";').problems.length, 1);
});
