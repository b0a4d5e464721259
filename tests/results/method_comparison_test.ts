import { assertAlmostEquals, assertEquals } from "@std/assert";
import { budgetNotes, methodComparison } from "../../lib/results/method_comparison.ts";
import { openRun, type Run } from "../../lib/results/run_reader.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { summarize } from "../../lib/results/summary.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

/** A run of two tasks in so many steps, with the numbers right of 100 at the end. */
function recorded(
  folder: string,
  { label, seed, steps = 4, weights = 100 }: {
    readonly label: string;
    readonly seed: number;
    readonly steps?: number;
    readonly weights?: number;
  },
  right: readonly [number, number],
): Run {
  const path = `${folder}/${label}-${seed}`;
  const method = label === "B" ? "GORP" : label;
  const record = sampleRecord({
    method,
    variant: "all",
    profile: "published",
    label,
    seed,
    runId: `${label}-${seed}`,
  });
  const writer = openRunWriter(path, record, { taskNames: ["a", "b"] });
  for (let step = 1; step <= steps; step++) writer.metric({ task: 1, step, metric: "loss", value: 1 });
  writer.metric({ task: 1, step: steps, metric: "seconds", value: 2 });
  writer.metric({ task: 1, step: steps, metric: "trainedWeights", value: weights });
  writer.accuracy({ afterTask: 1, task: 1, correct: 90, total: 100 });
  right.forEach((correct, i) => writer.accuracy({ afterTask: 2, task: i + 1, correct, total: 100 }));
  writer.finish("finished");
  return openRun(path);
}

Deno.test("methods stand in the order of their runs, with budgets, each against the first", () => {
  using folder = temporaryFolder();
  const runs = [1, 2].flatMap((seed) => [
    recorded(folder.path, { label: "SeqLoRA", seed }, [50, 60]),
    recorded(folder.path, { label: "B", seed }, [60 + 2 * seed, 70]),
    recorded(folder.path, { label: "O-LoRA", seed, weights: 2000 }, [40, 60]),
  ]);
  const summary = summarize(runs, { method: "student", order: "runs", against: "SeqLoRA" });
  const found = JSON.parse(JSON.stringify(methodComparison(runs, summary, 25)));
  assertEquals(Object.keys(found), ["suite", "model", "seeds", "device", "methods", "comparisons", "runs"]);
  const names = found.methods.map(({ method, label }: { method: string; label: string }) => [method, label]);
  assertEquals(names, [["SeqLoRA", "SeqLoRA"], ["GORP", "B"], ["O-LoRA", "O-LoRA"]]);
  assertEquals(found.methods[0].budget, { steps: 4, tokens: 100, trainedWeights: 100, seconds: 2 });
  assertAlmostEquals(found.methods[1].averagePerformance.mean, 0.665, 1e-9);
  const differences = found.comparisons.map(
    (one: { label: string; against: string; difference: { mean: number } }) => {
      const { label, against, difference } = one;
      return [label, against, Math.round(1000 * difference.mean)];
    },
  );
  assertEquals(differences, [["B", "SeqLoRA", 115], ["O-LoRA", "SeqLoRA", -50]]);
  assertEquals(budgetNotes(found.methods), [
    "Budget, the same for all: 4 steps a run, 100 tokens with padding, on the same rows in the same order.",
    "Budgets differ in trained weights: 100 (SeqLoRA, B), 2,000 (O-LoRA).",
  ]);
});

Deno.test("a run that was cut short shows as another budget", () => {
  using folder = temporaryFolder();
  const runs = [
    recorded(folder.path, { label: "SeqLoRA", seed: 1 }, [50, 60]),
    recorded(folder.path, { label: "O-LoRA", seed: 1, steps: 3 }, [50, 60]),
  ];
  const { methods } = methodComparison(runs, summarize(runs, { order: "runs" }), 10);
  assertEquals(methods.map(({ budget }) => budget.tokens), [40, 30]);
  assertEquals(budgetNotes(methods), ["Budgets differ in steps: 4 (SeqLoRA), 3 (O-LoRA)."]);
});
