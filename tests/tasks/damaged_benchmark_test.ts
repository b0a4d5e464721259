/** Benchmark folders whose files were damaged: each loads or gives one sentence that names the file. */
import { assert, assertRejects } from "@std/assert";
import fc from "fast-check";
import { errorSentence, exitCode } from "../../lib/cli/exit_code.ts";
import { loadClBenchmark } from "../../lib/tasks/cl_benchmark.ts";

const ROWS = Array.from({ length: 12 }, (_, i) => ({
  sentence: `Title: row ${i}\nText: "Zürich" \\ 日本\t`,
  label: i % 2 ? "World" : "Sports",
}));
const FILES: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = Object.fromEntries(
  Object.entries({ labels: ["World", "Sports"], train: ROWS, test: ROWS.slice(0, 5) })
    .map(([name, content]) => [name, new TextEncoder().encode(JSON.stringify(content, null, 1))]),
);

async function withBenchmark(body: (folder: string, dataset: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const dataset = `${folder}/TC/agnews`;
  Deno.mkdirSync(dataset, { recursive: true });
  try {
    for (const [name, bytes] of Object.entries(FILES)) Deno.writeFileSync(`${dataset}/${name}.json`, bytes);
    await body(folder, dataset);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A file with some bytes changed, inserted or left out, or with its end missing. */
const damage = fc.constantFrom(...Object.keys(FILES)).chain((name) => {
  const { length } = FILES[name];
  const change = fc.record({
    at: fc.nat(length - 1),
    removed: fc.nat(3),
    inserted: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 3 }),
  });
  return fc.record({
    name: fc.constant(name),
    changes: fc.array(change, { maxLength: 3 }),
    end: fc.oneof(fc.constant(Infinity), fc.nat(length)),
  });
});

Deno.test("a benchmark whose files were damaged loads, or names the file in one sentence", () =>
  withBenchmark(async (folder, dataset) => {
    await fc.assert(
      fc.asyncProperty(damage, async ({ name, changes, end }) => {
        let bytes = [...FILES[name]];
        for (const { at, removed, inserted } of changes) bytes = bytes.toSpliced(at, removed, ...inserted);
        Deno.writeFileSync(`${dataset}/${name}.json`, Uint8Array.from(bytes.slice(0, end)));
        try {
          const { tasks: [task] } = await loadClBenchmark(folder, { tasks: ["agnews"] });
          const rows = [...task.train, ...task.dev, ...task.test];
          assert(rows.every(({ label }) => task.labels.includes(label)));
        } catch (error) {
          assert(exitCode(error) === 2, `${error}`);
          const sentence = errorSentence(error);
          assert(error instanceof Error && sentence.endsWith("."), sentence);
          // a label that no row has any more is missed in the file of the rows
          const names = name === "labels" ? /(labels|train|test)\.json/ : new RegExp(`${name}\\.json`);
          assert(names.test(sentence), sentence);
        } finally {
          Deno.writeFileSync(`${dataset}/${name}.json`, FILES[name]);
        }
      }),
      { numRuns: 400 },
    );
  }));

Deno.test("a published order names the first dataset that a folder lacks", () =>
  withBenchmark(async (folder) => {
    for (const order of [1, 2, 3, 4, 5, 6]) {
      const error = await assertRejects(() => loadClBenchmark(folder, { order }), RangeError, "no dataset");
      assert(error.message.endsWith(`in ${folder}; there are agnews.`), error.message);
    }
  }));
