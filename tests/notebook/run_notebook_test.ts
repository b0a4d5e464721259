import { assert, assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { isCode, type Notebook, notebookText, readNotebook } from "../../lib/notebook/notebook_file.ts";
import { setParameters } from "../../lib/notebook/parameters.ts";
import { runNotebook, type RunNotebookOptions } from "../../lib/notebook/run_notebook.ts";
import { storedOutputProblems, stripNotebook } from "../../lib/notebook/strip_outputs.ts";

const fixtures = fileURLToPath(new URL("fixtures/", import.meta.url));
const fixture = `${fixtures}showing.ipynb`;
const project = fileURLToPath(new URL("../../", import.meta.url));

/** Runs cells as a notebook beside the fixture. */
async function run(sources: string[], options: RunNotebookOptions = {}) {
  const cells = sources.map((source) => (
    { cell_type: "code" as const, source, metadata: {}, outputs: [], execution_count: null }
  ));
  const notebook: Notebook = { cells, metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const result = await runNotebook(`${fixtures}made.ipynb`, notebook, options);
  const texts = result.notebook.cells.filter(isCode).map(({ outputs }) =>
    outputs.map(({ text, data }) => text ?? (data as Record<string, unknown>)["text/plain"]).join("|")
  );
  return { problems: result.problems, texts };
}

Deno.test("a notebook of figures, tables, text and progress runs without a kernel", async () => {
  const stored = await readNotebook(fixture);
  const { notebook, problems } = await runNotebook(
    fixture,
    setParameters(stored, { steps: 5, name: "tiny" }),
  );
  assertEquals(problems, []);
  const stripped = stripNotebook(notebook, project);
  assertEquals(storedOutputProblems(stripped, project), []);
  const outputs = stripped.cells.filter(isCode).map((cell) => cell.outputs);
  assertEquals(outputs.map(({ length }) => length), [0, 1, 2, 1, 1, 1, 1]);
  const figure = outputs[1][0].data as Record<string, string>;
  assertEquals(Object.keys(figure), ["image/png", "text/plain"]);
  assert(figure["text/plain"].startsWith("Loss (tiny): The loss falls from 1 to 1/5"));
  assertEquals(atob(figure["image/png"]).slice(1, 4), "PNG");
  assertEquals((outputs[6][0].data as Record<string, string>)["text/plain"], '"still here: 5"');
});

Deno.test("the fixture is stored stripped, in the form that Jupyter writes", async () => {
  const stored = await readNotebook(fixture);
  assertEquals(storedOutputProblems(stored, project), []);
  assertEquals(notebookText(stored), await Deno.readTextFile(fixture));
});

Deno.test("cells share names, wait, declare anew and show their last value", async () => {
  const { problems, texts } = await run([
    "const a = await Promise.resolve(20);\nfunction twice(x: number) { return 2 * x; }\ninterface Named { name: string }",
    "const a = 21;\nlet b = twice(a);\nb",
    'const named: Named = { name: "n" };\nconsole.log(named, a); console.error("e");',
    "undefined",
    '({ [Symbol.for("Jupyter.display")]: () => ({ "text/plain": "its own" }) })',
  ]);
  assertEquals(problems, []);
  assertEquals(texts, ["", "42", '{ name: "n" } 21\n|e\n', "", "its own"]);
});

Deno.test("type errors, failures and rejections are told by cell and line", async () => {
  assertEquals((await run(["1;", '\nconst n: number = "x";'])).problems, [
    { cell: 2, line: 2, message: "Type 'string' is not assignable to type 'number'." },
  ]);
  const several = [
    "const q: { a: { b: number } } = { a: { b: true } };",
    "const list = nowhere.map((x) => x);",
    "export const n: string = q.a.b;",
  ].join("\n");
  assertEquals((await run([several])).problems, [
    { cell: 1, line: 1, message: "Type 'boolean' is not assignable to type 'number'." },
    { cell: 1, line: 2, message: "Cannot find name 'nowhere'." },
    { cell: 1, line: 2, message: "Parameter 'x' implicitly has an 'any' type." },
    { cell: 1, line: 3, message: "Type 'number' is not assignable to type 'string'." },
  ]);
  assertEquals((await run(['import { nothing } from "../../../lib/tensor/random.ts";'])).problems[0].cell, 1);
  const [failure] = (await run(["function f() {\n  throw new RangeError('no');\n}", "\n\nf();"])).problems;
  assertEquals([failure.cell, failure.line], [2, 3]);
  assert(/^RangeError: no\n.*cell 1, line 2\)\n.*cell 2, line 3$/.test(failure.message), failure.message);
  const [rejection] = (await run([
    "Promise.reject(new Error('floating'));\nawait new Promise((resolve) => setTimeout(resolve, 500));",
  ])).problems;
  assert(rejection.message.startsWith("Error: floating"), rejection.message);
});

Deno.test("a cell has a time limit, a run can be aborted, nothing is left beside the notebook", async () => {
  const begun: number[] = [];
  const { problems } = await run(["1;", "while (true);"], {
    timeLimit: 1,
    onCell: (cell) => begun.push(cell),
  });
  assertEquals(problems, [{ cell: 2, line: 0, message: "took longer than the time limit of 1 s" }]);
  assertEquals(begun, [1, 2]);
  const controller = new AbortController();
  await assertRejects(
    () => run(["while (true);"], { signal: controller.signal, onCell: () => controller.abort() }),
    DOMException,
  );
  assertEquals([...Deno.readDirSync(fixtures)].map(({ name }) => name), ["showing.ipynb"]);
});
