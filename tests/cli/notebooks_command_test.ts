import { assert, assertEquals } from "@std/assert";
import { notebookText, readNotebook } from "../../lib/notebook/notebook_file.ts";
import { gorp } from "./gorp.ts";

/** Runs `./gorp notebooks` on a notebook of these cells, outside the project; returns what came of it. */
async function notebooks(words: string[], sources: string[], outputs: Record<string, unknown>[] = []) {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/made.ipynb`;
    const cells = sources.map((source, index) => ({
      cell_type: "code" as const,
      source,
      metadata: index === 0 ? { tags: ["parameters"] } : {},
      outputs,
      execution_count: null,
    }));
    const before = notebookText({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 });
    await Deno.writeTextFile(path, before);
    const { code, stdout: said, stderr: complained } = await gorp(["notebooks", path, ...words]);
    const after = await Deno.readTextFile(path);
    assertEquals([...Deno.readDirSync(folder)].length, 1);
    return { code, said, complained, changed: after !== before, notebook: await readNotebook(path) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const good = ["const n = 2;", 'import { Random } from "gorp";\nconst unused = new Random(1);\nn + 40'];
const stale = {
  output_type: "execute_result",
  data: { "text/plain": "1" },
  metadata: {},
  execution_count: 9,
};

Deno.test("./gorp notebooks stores outputs, with other parameters in the source where given", async () => {
  const { code, said, changed, notebook } = await notebooks(["--set", "n=4"], good);
  assertEquals([code, changed], [0, true], said);
  assert(/^ok .*made\.ipynb .*\n1 passed, 0 failed\n$/.test(said), said);
  assertEquals(notebook.cells[0].source, ["const n = 4;"]);
  assertEquals(notebook.cells[1].outputs, [{
    ...stale,
    data: { "text/plain": ["44"] },
    execution_count: null,
  }]);
});

Deno.test("./gorp notebooks --check changes nothing and finds failures and unstripped outputs", async () => {
  assertEquals((await notebooks(["--check"], good)).code, 0);
  const { code, said, changed } = await notebooks(["--check"], ["1;", "null!.x;"], [stale]);
  assertEquals([code, changed], [1, false]);
  assert(said.includes("cell 2, line 1: "), said);
  assert(said.includes("cell 1: the stored output is not stripped"), said);
});

Deno.test("./gorp notebooks --strip runs nothing", async () => {
  const { code, notebook } = await notebooks(["--strip"], ["throw 1;"], [stale]);
  assertEquals(code, 0);
  assertEquals(notebook.cells[0].outputs, [{
    ...stale,
    data: { "text/plain": ["1"] },
    execution_count: null,
  }]);
});

Deno.test("./gorp notebooks leaves a failing notebook as it was; wrong use ends with 2", async () => {
  const failing = await notebooks([], ["throw new Error('meant');"], [stale]);
  assertEquals([failing.code, failing.changed], [1, false]);
  assert(failing.said.includes("cell 1, line 1: Error: meant"), failing.said);
  const unknown = await notebooks(["--set", "m=4"], good);
  assertEquals([unknown.code, unknown.changed], [2, false]);
  assert(unknown.complained.includes('no parameter "m"; it has n'), unknown.complained);
});
