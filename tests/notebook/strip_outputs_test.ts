import { assertEquals } from "@std/assert";
import type { Notebook } from "../../lib/notebook/notebook_file.ts";
import { storedOutputProblems, stripNotebook } from "../../lib/notebook/strip_outputs.ts";

const folder = "/home/somebody/kit/";

function notebook(...outputs: Record<string, unknown>[]): Notebook {
  const cell = { cell_type: "code" as const, source: "1", metadata: {}, outputs, execution_count: null };
  return { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
}

function strip(...outputs: Record<string, unknown>[]) {
  const stripped = stripNotebook(notebook(...outputs), folder);
  assertEquals(storedOutputProblems(stripped, folder), []);
  return stripped.cells[0].outputs as Record<string, unknown>[];
}

function complaints(...outputs: Record<string, unknown>[]): string[] {
  return storedOutputProblems(notebook(...outputs), folder).map(({ message }) => message);
}

const display = (data: Record<string, unknown>) => ({ output_type: "display_data", data, metadata: {} });

Deno.test("stripNotebook keeps a picture and its text, not its page", () => {
  const page = { "text/html": "<img>", "image/png": "iVBO", "text/plain": ["Loss: ", "it falls"] };
  assertEquals(strip(display(page)), [display({ "image/png": "iVBO", "text/plain": "Loss: it falls" })]);
  assertEquals(complaints(display(page)), ["the stored output is not stripped"]);
});

Deno.test("stripNotebook keeps small HTML and drops what is only large HTML", () => {
  const table = display({ "text/html": "<table></table>", "text/plain": "table" });
  assertEquals(strip(table), [table]);
  assertEquals(strip(display({ "text/html": "x".repeat(50_001), "text/plain": "(plotly)" })), []);
});

Deno.test("stripNotebook removes counts, colours, the project's path and pieces of streams", () => {
  const result = { output_type: "execute_result", data: { "text/plain": "\x1b[33m3\x1b[39m" }, metadata: {} };
  assertEquals(strip({ ...result, execution_count: 7 }), [{
    ...result,
    data: { "text/plain": "3" },
    execution_count: null,
  }]);
  const stream = { output_type: "stream", name: "stdout" };
  assertEquals(
    strip({ ...stream, text: "a\n" }, { ...stream, text: [`file://${folder}lib/x.ts ${folder}data\n`] }),
    [{ ...stream, text: "a\nlib/x.ts data\n" }],
  );
});

Deno.test("stripNotebook removes what a cell remembers of its run", () => {
  const [cell] = notebook().cells;
  const ran = {
    ...cell,
    execution_count: 3,
    metadata: { execution: { "iopub.status.busy": "…" }, tags: ["a"] },
  };
  const before = { ...notebook(), cells: [ran] };
  assertEquals(storedOutputProblems(before, folder).length, 1);
  assertEquals(stripNotebook(before, folder).cells, [{ ...cell, metadata: { tags: ["a"] } }]);
});

Deno.test("storedOutputProblems finds errors and paths of other machines", () => {
  const error = { output_type: "error", ename: "Error", evalue: "no", traceback: [] };
  assertEquals(complaints(error), ["the stored output is an error"]);
  const text = (text: string) => ({ output_type: "stream", name: "stdout", text });
  assertEquals(complaints(text("wrote /home/else/runs/a1 today")), [
    "the stored output holds the path /home/else/runs/a1",
  ]);
  assertEquals(complaints(text("read C:\\Users\\me\\x")).length, 1);
  assertEquals(complaints(text("runs/home/x, 3/tmp/4 and https://example.org/home/x")), []);
});
