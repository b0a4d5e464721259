import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openRun, type Run } from "../../lib/results/run_reader.ts";
import type { RunRecord } from "../../lib/results/run_record.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { summarize } from "../../lib/results/summary.ts";
import { summaryTable } from "../../lib/results/summary_table.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

/** `among`: the accuracy on both tasks at the end when only their labels may be said. */
type Fields = Partial<RunRecord> & { readonly among?: number };

/** A recorded run of two tasks of 1000 examples; `last` are the numbers right at the end. */
function recorded(folder: string, fields: Fields, last: readonly [number, number] | null): Run {
  const { among, ...record } = fields;
  const { label = "B", seed = 1 } = record;
  const runId = `${label} ${seed}`.replace(/\W/g, "_");
  const variant = label.replace(/ .*/, "");
  const path = `${folder}/${runId}`;
  const writer = openRunWriter(path, sampleRecord({ variant, ...record, runId }), { taskNames: ["a", "b"] });
  for (const step of [1, 2, 3]) writer.metric({ task: 1, step, metric: "loss", value: 1 });
  writer.metric({ task: 1, step: 3, metric: "seconds", value: 2 });
  writer.metric({ task: 2, step: 3, metric: "seconds", value: 3.5 });
  writer.metric({ task: 2, step: 3, metric: "trainedWeights", value: 12345 });
  writer.accuracy({ afterTask: 1, task: 1, correct: 900, total: 1000 });
  if (last !== null) {
    last.forEach((correct, i) => writer.accuracy({ afterTask: 2, task: i + 1, correct, total: 1000 }));
  }
  for (const task of among === undefined ? [] : ["a", "b"]) {
    writer.metric({ task: 2, step: 3, metric: `accuracyAmongLabels/${task}`, value: among! });
  }
  writer.finish(last === null ? "interrupted" : "finished");
  return openRun(path);
}

/** Two labels of three seeds; B+L is 0.05, 0.1, 0.15 better, under the profile's own label 0.05 worse. */
function sampleRuns(folder: string): Run[] {
  return [1, 2, 3].flatMap((seed) => [
    recorded(folder, { label: "B+L (paper)", seed, profile: "paper" }, [400 + 10 * seed, 800]),
    recorded(folder, { label: "B+L", seed }, [500 + 110 * seed, 900]),
    recorded(folder, { label: "B", seed }, [500 + 10 * seed, 800]),
  ]);
}

Deno.test("a summary has the form that ablate writes", () => {
  using folder = temporaryFolder();
  const runs = sampleRuns(folder.path);
  const summary = JSON.parse(JSON.stringify(summarize(runs)));
  assertEquals(Object.keys(summary), [
    "suite",
    "model",
    "seeds",
    "device",
    "variants",
    "comparisons",
    "runs",
  ]);
  assertEquals([summary.suite, summary.model, summary.seeds, summary.device], [
    "letters, order 1",
    "tiny-t5",
    3,
    "software",
  ]);
  assertEquals(summary.variants.map((row: { label: string }) => row.label), ["B", "B+L", "B+L (paper)"]);
  assertEquals(summary.runs.slice(0, 3), ["B_L__paper__1", "B_L_1", "B_1"]);
  const [b, bl] = summary.variants;
  assertEquals(Object.keys(b), [
    "label",
    "variant",
    "profile",
    "averagePerformance",
    "sampleWeightedAveragePerformance",
    "backwardTransfer",
    "forgetting",
    "trainedWeights",
    "steps",
    "seconds",
    "amongLabels",
  ]);
  assertEquals(b.amongLabels.mean, null);
  assertAlmostEquals(b.averagePerformance.mean, 0.66, 1e-12);
  assertAlmostEquals(b.averagePerformance.standardError, 0.005 / Math.sqrt(3), 1e-12);
  assertAlmostEquals(b.backwardTransfer.mean, -0.38, 1e-12);
  assertAlmostEquals(b.forgetting.mean, 0.38, 1e-12);
  assertEquals([bl.trainedWeights, bl.steps, bl.seconds], [12345, 3, 5.5]);
  const [better, worse] = summary.comparisons;
  assertEquals([better.label, better.against, worse.label], ["B+L", "B", "B+L (paper)"]);
  assertAlmostEquals(better.difference.mean, 0.15, 1e-12);
  assert(better.difference.low >= 0.1 - 1e-12 && better.difference.high <= 0.2 + 1e-12);
  assertAlmostEquals(worse.difference.mean, -0.05, 1e-12);
});

Deno.test("the table is aligned and plain, with colour only where asked for", () => {
  using folder = temporaryFolder();
  const summary = summarize(sampleRuns(folder.path));
  const lines = summaryTable(summary).split("\n");
  assertEquals(new Set(lines.slice(0, 4).map((line) => line.length)).size, 1, lines.join("\n"));
  assertEquals(lines[1].split(/ {2,}/)[1].slice(0, 5), "66.0 ");
  assert(
    lines[1].includes("–") && lines[2].includes("+15.0 [10.0, 20.0]") &&
      lines[3].includes("−5.0 [−5.0, −5.0]"),
  );
  assert(lines[4].includes("3 seeds, [95 % bootstrap intervals]"));
  // deno-lint-ignore no-control-regex
  const escapes = /\u001b\[\d+m/g;
  const coloured = summaryTable(summary, { colour: true });
  assertEquals(coloured.replace(escapes, ""), lines.join("\n"));
  assert(coloured.includes("\u001b[32m") && coloured.includes("\u001b[31m"));
  const again = summary.runs.map((name) => openRun(`${folder.path}/${name}`));
  assert(summaryTable(summarize(again, { method: "student" })).includes("[95 % Student intervals]"));
});

Deno.test("one seed has no intervals, a run without a result does not count, both are said", () => {
  using folder = temporaryFolder();
  const runs = [
    recorded(folder.path, { label: "B" }, [500, 800]),
    recorded(folder.path, { label: "B+S" }, [600, 800]),
    recorded(folder.path, { label: "B+S", seed: 2 }, null),
    recorded(folder.path, { label: "B+L" }, null),
  ];
  const summary = summarize(runs);
  const [b, bl, bs] = summary.variants;
  assertEquals(b.averagePerformance, { mean: 0.65, standardError: null, low: null, high: null });
  assertEquals(bl.averagePerformance, { mean: null, standardError: null, low: null, high: null });
  assertEquals(bs.averagePerformance.mean, 0.7);
  assertEquals(summary.comparisons.map(({ label }) => label), ["B+S"]);
  assertEquals(summary.notes, [
    "B+L: 1 of 1 runs without a result, not counted.",
    "B+S: 1 of 2 runs without a result, not counted.",
  ]);
  assert(summaryTable(summary).endsWith(summary.notes[1]));
  assertThrows(() => summarize([]), RangeError, "at least one");
});

Deno.test("a summary shows itself in a notebook", () => {
  using folder = temporaryFolder();
  const summary = summarize([recorded(folder.path, { label: "B" }, [500, 800])]);
  const shown = (summary as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  assertEquals(shown["text/plain"], summaryTable(summary, { time: false }));
  assert(shown["text/html"].startsWith("<table><thead><tr><th") && shown["text/html"].endsWith("</p>"));
});

Deno.test("accuracy among the labels alone has a column where it differs by a point or more", () => {
  using folder = temporaryFolder();
  const same = recorded(folder.path, { label: "B", among: 0.704 }, [600, 800]);
  assertEquals(same.taskScores("accuracyAmongLabels"), [[null, null], [null, null], [0.704, 0.704]]);
  assert(!summaryTable(summarize([same])).includes("among labels"));
  const other = recorded(folder.path, { label: "B+L", among: 0.85 }, [600, 800]);
  const table = summaryTable(summarize([same, other]));
  assert(/AP among labels %/.test(table) && /B\+L .*70\.0 .*85\.0/.test(table), table);
});

Deno.test("where tasks differ in their test examples, the sample-weighted average stands beside the plain one", () => {
  using folder = temporaryFolder();
  const writer = openRunWriter(
    `${folder.path}/uneven`,
    sampleRecord({ label: "B", variant: "B", runId: "uneven" }),
    {
      taskNames: ["a", "b"],
    },
  );
  writer.accuracy({ afterTask: 2, task: 1, correct: 30, total: 40 });
  writer.accuracy({ afterTask: 2, task: 2, correct: 10, total: 160 });
  writer.finish("finished");
  const summary = summarize([openRun(`${folder.path}/uneven`)]);
  assertAlmostEquals(summary.variants[0].averagePerformance.mean!, (30 / 40 + 10 / 160) / 2, 1e-12);
  assertAlmostEquals(summary.variants[0].sampleWeightedAveragePerformance.mean!, 40 / 200, 1e-12);
  const [header, row] = summaryTable(summary).split("\n");
  assert(header.includes("sample-weighted AP %") && row.includes("40.6") && row.includes("20.0"), row);
  assert(!summaryTable(summarize(sampleRuns(folder.path))).includes("sample-weighted"));
});
