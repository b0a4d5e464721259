import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../lib/errors/input_error.ts";
import { loadClBenchmark } from "../../lib/tasks/cl_benchmark.ts";
import { makePrompt } from "../../lib/tasks/prompt.ts";
import { TASK_ORDERS } from "../../lib/tasks/task_orders.ts";
import { taskTokenizer } from "../../lib/tasks/task_tokenizer.ts";

type Files = Readonly<Record<string, unknown>>;

/** Runs `body` on a folder with the given files; what is not a text is written as JSON. */
async function withFolder(files: Files, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, content] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
      const text = typeof content === "string" ? content : JSON.stringify(content, null, 1);
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const rows = (count: number, label = "World") =>
  Array.from(
    { length: count },
    (_, row) => ({ label: row % 2 ? "Sports" : label, sentence: `Text: row ${row}\n` }),
  );
const AGNEWS: Files = {
  "TC/agnews/labels.json": ["World", "Sports"],
  "TC/agnews/train.json": rows(100),
  "TC/agnews/test.json": rows(30),
};
const options = { tasks: ["agnews"] };

Deno.test("a benchmark task has whole prompts, its labels, and validation rows taken from train", async () => {
  await withFolder(AGNEWS, async (folder) => {
    const suite = await loadClBenchmark(folder, { tasks: ["AGnews"] });
    const [task] = suite.tasks;
    assertEquals([task.name, task.type, task.labels], ["agnews", "TC", ["World", "Sports"]]);
    assertEquals([task.train.length, task.dev.length, task.test.length], [90, 10, 30]);
    const sources = [...task.train, ...task.dev].map((row) => row.source);
    const sample = { type: "TC", dataset: "agnews", labels: task.labels };
    const expected = rows(100).map(({ sentence }) => makePrompt({ ...sample, sentence }));
    assertEquals(sources.toSorted(), expected.toSorted());
    assertEquals(task.test[3], {
      source: makePrompt({ ...sample, sentence: "Text: row 3\n" }),
      label: "Sports",
    });
  });
});

Deno.test("the seed decides the split, not the rows that are judged; limits hold", async () => {
  await withFolder(AGNEWS, async (folder) => {
    const load = async (seed: number) =>
      (await loadClBenchmark(folder, { ...options, seed, trainRows: 20, devRows: 5, testRows: 7 })).tasks[0];
    const [one, again, two] = [await load(1), await load(1), await load(2)];
    assertEquals([one.train.length, one.dev.length, one.test.length], [20, 5, 7]);
    assertEquals(again, one);
    assertEquals(two.test, one.test);
    assert(JSON.stringify(two.dev) !== JSON.stringify(one.dev));
    const dev = new Set(one.dev.map((row) => row.source));
    assert(one.train.every((row) => !dev.has(row.source)));
  });
});

Deno.test("the published orders name 4 or 15 datasets", () => {
  const names = (order: 1 | 2 | 3 | 4 | 5 | 6) => TASK_ORDERS[order].toSorted().join();
  assertEquals([names(2), names(3)], [names(1), names(1)]);
  assertEquals([names(5), names(6)], [names(4), names(4)]);
  assertEquals([TASK_ORDERS[1].length, TASK_ORDERS[4].length, new Set(TASK_ORDERS[4]).size], [4, 15, 15]);
});

Deno.test("what cannot be asked for is refused", async () => {
  await withFolder(AGNEWS, async (folder) => {
    await assertRejects(() => loadClBenchmark(folder, {}), InputError, "either the names of tasks or");
    await assertRejects(() => loadClBenchmark(folder, { ...options, order: 1 }), InputError, "either");
    await assertRejects(() => loadClBenchmark(folder, { order: 7 }), RangeError, "there are 1 to 6");
    await assertRejects(() => loadClBenchmark(folder, { tasks: [] }), RangeError, "at least one");
    await assertRejects(
      () => loadClBenchmark(folder, { tasks: ["agnews", "AGNEWS"] }),
      RangeError,
      "named twice",
    );
    await assertRejects(() => loadClBenchmark(folder, { tasks: ["yahoo"] }), RangeError, "there are agnews.");
    await assertRejects(() => loadClBenchmark(`${folder}/none`, options), Error, "there is no such folder");
    await assertRejects(() => loadClBenchmark(`${folder}/TC`, options), Error, "holds no dataset");
    await assertRejects(
      () => loadClBenchmark(`${folder}/TC/agnews/train.json`, options),
      Error,
      "holds no dataset",
    );
  });
});

/** Loading must fail with a message that holds all parts. */
async function refuses(
  files: Files,
  kind: new (...parts: never[]) => Error,
  parts: readonly string[],
): Promise<void> {
  await withFolder({ ...AGNEWS, ...files }, async (folder) => {
    const error = await assertRejects(() => loadClBenchmark(folder, options), kind);
    for (const part of parts) assert(error.message.includes(part), `"${error.message}" without "${part}"`);
  });
}

Deno.test("a broken line is named by file and line", async () => {
  const train = "TC/agnews/train.json";
  const row = '{\n"label": "World",\n"sentence": "a"\n}';
  const broken: [string, number][] = [
    [`[\n${row},\n{\n"label": "World"\n"sentence": "b"\n}\n]\n`, 8], // a comma is missing on line 7
    [`[\n${row},\n{\n"label": "World",\n"sentence": b\n}\n]\n`, 8],
    [`[\n${row},\n{\n"label": "World",\n"sentence": "b\n}\n]\n`, 8],
    [`[\n${row},\n${row},\n]\n`, 10],
    [`[\n${row}\n${row}\n]\n`, 6],
    [`[\n${row},\n`, 5],
    [`[\n${row}\n]\n]\n`, 7],
    [`[\n{\n"label" "World"}]`, 3],
    [`[\n{"a": 1}\n}\n`, 3],
    [`[\n{"a": 1]\n`, 2],
    [`[\n{"a": \n01}\n]`, 3],
    [`[\n{"a": "\\x"}\n]`, 2],
    [`[\n[], {}, [1, -2.5e3, true, null], {"a": {}},\nnul]`, 3],
    ["", 1],
  ];
  for (const [text, line] of broken) {
    await refuses({ [train]: text }, InputError, [train, `line ${line} is not valid`]);
  }
});

Deno.test("a wrong row is named by file and row", async () => {
  const test = "TC/agnews/test.json";
  await refuses({ [test]: [...rows(3), { label: "World" }] }, InputError, [
    test,
    "row 4",
    '{"label":"World"}',
  ]);
  await refuses({ [test]: [null] }, InputError, [test, "row 1", "null"]);
  await refuses({ [test]: { rows: [] } }, InputError, [test, "must be a list"]);
  await refuses({ [test]: rows(3, "-") }, RangeError, [test, "row 1", '"-"', "World, Sports"]);
  await refuses({ "TC/agnews/labels.json": "[]" }, InputError, ["labels.json", "list of different labels"]);
  await refuses({ "TC/agnews/labels.json": ["a", "a"] }, InputError, ["list of different labels"]);
});

Deno.test("a missing file of a dataset is named", async () => {
  const { "TC/agnews/train.json": _, ...others } = AGNEWS;
  await withFolder(others, async (folder) => {
    await assertRejects(
      () => loadClBenchmark(folder, options),
      Error,
      "agnews/train.json: there is no such file",
    );
  });
});

Deno.test("rows with an unknown label can be kept or left out", async () => {
  await withFolder({ ...AGNEWS, "TC/agnews/test.json": rows(10, "-") }, async (folder) => {
    const count = async (unknownLabels: "keep" | "drop") =>
      (await loadClBenchmark(folder, { ...options, unknownLabels })).tasks[0].test.length;
    assertEquals([await count("keep"), await count("drop")], [10, 5]);
  });
});

Deno.test("a task tokenizer knows every word of labels and of the fixed parts of prompts", async () => {
  await withFolder(
    { ...AGNEWS, "TC/agnews/labels.json": ["World", "Sports", "Very Rare"] },
    async (folder) => {
      const { tasks } = await loadClBenchmark(folder, options);
      const tokenizer = taskTokenizer(tasks, { size: 70 });
      assert(tokenizer.vocabularySize <= 70);
      assertEquals(tokenizer.decode(tokenizer.encode("Very Rare")), "very rare");
      const sample = { type: "TC", dataset: "agnews", sentence: "", labels: tasks[0].labels };
      assert(!tokenizer.encode(makePrompt(sample)).includes(tokenizer.unknownId));
    },
  );
});

Deno.test("the shared copy of the benchmark loads", async () => {
  const shared = Deno.env.get("GORP_SHARED");
  if (!shared) return console.log("GORP_SHARED is not set: loading the real benchmark is skipped.");
  const { tasks } = await loadClBenchmark(`${shared}/data/CL_Benchmark`, {
    tasks: ["dbpedia", "amazon", "agnews"],
  });
  assertEquals(tasks.map((task) => task.labels.length), [14, 5, 4]);
  for (const task of tasks) assert(task.train.length > 1000 && task.test.length === 500);
});
