/**
 * Made-up results of the size and shape that experiments have, for testing and looking at figures. The levels
 * are those of a small study; the single numbers are drawn at random and mean nothing.
 *
 * @module
 */
import type { RecordedRun } from "../../lib/plot/recorded_run.ts";
import { Random } from "../../lib/tensor/random.ts";

/** Level of a row: accuracy right after learning, and the share of it kept with each further task. */
const levels = {
  "B": [0.968, 0.75],
  "B+L": [0.975, 0.74],
  "B+S": [0.968, 0.835],
  "B+L+S": [0.976, 0.84],
  "B+L+S (covariance)": [0.972, 0.94],
} as const;

export const labels = Object.keys(levels) as (keyof typeof levels)[];

export const benchmarkNames = [
  "MNLI",
  "CB",
  "WiC",
  "COPA",
  "QQP",
  "BoolQA",
  "RTE",
  "IMDB",
  "yelp",
  "amazon",
  "SST-2",
  "dbpedia",
  "agnews",
  "MultiRC",
  "yahoo answers, a dataset with a very long name",
];

export const embeddedNames = ["weather", "season", "mood", "place"];

/** Accuracy after task 0, 1, …, T on each task; tasks not yet learned are at chance or, without them, null. */
export function matrix(label: keyof typeof levels, tasks: number, seed: number, hasFuture = true) {
  const random = new Random(seed);
  const [learned, kept] = levels[label];
  return Array.from({ length: tasks + 1 }, (_, after) =>
    Array.from({ length: tasks }, (_, task) => {
      const noise = 0.02 * random.normal();
      if (task >= after) return hasFuture ? 0.25 + noise : null;
      const value = 0.25 + (learned - 0.25) * kept ** (after - 1 - task);
      return Math.min(1, Math.max(0, Math.round(300 * (value + noise * (after - task))) / 300));
    }));
}

/** Mean, standard error and a normal interval. */
export function estimate(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : 0;
  return { mean, standardError, low: mean - 1.96 * standardError, high: mean + 1.96 * standardError, values };
}

const last = <T>(list: readonly T[]) => list[list.length - 1];

/** The runs of an ablation, as the results layer would open them. */
export function runs(tasks: number, seeds: number): RecordedRun[] {
  return labels.flatMap((label, i) =>
    Array.from({ length: seeds }, (_, seed): RecordedRun => {
      const growth = label.includes("S") ? spaceGrowth(4, tasks, label.length + seed).slice(0, 4) : [];
      const ofTasks = (values: readonly number[]) =>
        values.map((value, i) => ({ task: i + 1, step: 200, value }));
      const recorded: Record<string, { task: number; step: number; value: number }[]> = {
        loss: losses(tasks, 200, i + seed),
        ...Object.fromEntries(growth.flatMap(({ name, columns, capacity }) => [
          [`spaceColumns/${name}`, ofTasks(columns)],
          [`spaceCapacity/${name}`, ofTasks(columns.map(() => capacity))],
        ])),
        ...Object.fromEntries(
          growth.length === 0
            ? []
            : sharesRemoved(4, tasks).map(({ name, points }) => [`shareRemoved/${name}`, points]),
        ),
      };
      for (const { layer, task, angles: all } of growth.length === 0 ? [] : angles(4, tasks)) {
        all.forEach((value, i) =>
          (recorded[`principalAngle${i + 1}/${layer}`] ??= []).push({ task, step: 1, value })
        );
      }
      return {
        record: { label, seed: seed + 1 },
        taskNames: [...embeddedNames.slice(seed % 4), ...embeddedNames.slice(0, seed % 4)].slice(0, tasks),
        accuracyMatrix: () => matrix(label, tasks, 100 * seed + label.length),
        metrics: (name) => recorded[name] ?? [],
        metricNames: () => Object.keys(recorded),
        spectra: () => label.includes("S") ? spectra(4, tasks) : [],
      };
    })
  );
}

/** The summary of {@link runs}. */
export function summary(tasks: number, seeds: number) {
  const { rows, comparisons } = ablation(tasks, seeds);
  const none = { mean: null, standardError: null, low: null, high: null };
  return {
    suite: "conflict",
    model: "t5-embedded",
    seeds,
    device: "llvmpipe (LLVM 15.0.6, 256 bits), software Vulkan",
    variants: rows.map((row) => ({
      ...row,
      backwardTransfer: row.backwardTransfer ?? none,
      forgetting: row.forgetting ?? none,
      amongLabels: none,
      sampleWeightedAveragePerformance: none,
    })),
    comparisons,
    runs: labels.flatMap((_, i) => Array.from({ length: seeds }, (_, seed) => `${i}f3a9c27${seed}1be04d5`)),
    intervals: "95 % bootstrap intervals",
    notes: [],
  };
}

/** The rows of an ablation over some seeds, with paired differences to B. */
export function ablation(tasks: number, seeds: number) {
  const average = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const perSeed = labels.map((label) =>
    Array.from({ length: seeds }, (_, seed) => matrix(label, tasks, 100 * seed + label.length) as number[][])
  );
  const performance = perSeed.map((matrices) => matrices.map((one) => average(last(one))));
  const transfer = perSeed.map((matrices) =>
    matrices.map((one) => average(last(one).slice(0, -1).map((value, task) => value - one[task + 1][task])))
  );
  const rows = labels.map((label, i) => ({
    label,
    variant: label.split(" ")[0],
    profile: label.includes("covariance") ? "covariance" : "aligned",
    averagePerformance: estimate(performance[i]),
    backwardTransfer: tasks > 1 ? estimate(transfer[i]) : null,
    forgetting: tasks > 1 ? estimate(transfer[i].map((value) => -value + 0.004)) : null,
    trainedWeights: label.includes("L") ? 24_576 : 8_192,
    steps: 200 * tasks,
    seconds: 11.3 + i,
  }));
  const comparisons = labels.slice(1).map((label, i) => ({
    label,
    against: "B",
    difference: estimate(performance[i + 1].map((value, seed) => value - performance[0][seed])),
  }));
  return { rows, comparisons, taskCount: tasks };
}

/** Estimates over seeds of every cell of the accuracy matrix. */
export function cellEstimates(label: keyof typeof levels, tasks: number, seeds: number) {
  const matrices = Array.from(
    { length: seeds },
    (_, seed) => matrix(label, tasks, 100 * seed + label.length),
  );
  return matrices[0].map((row, i) => row.map((_, j) => estimate(matrices.map((one) => one[i][j] as number))));
}

/** A loss that falls anew in each task. */
export function losses(tasks: number, steps: number, seed: number) {
  const random = new Random(seed);
  return Array.from({ length: tasks }, (_, task) =>
    Array.from({ length: steps }, (_, i) => ({
      task: task + 1,
      step: i + 1,
      value: 2.4 * Math.exp(-i / (18 + 4 * task)) + 0.04 +
        0.05 * Math.abs(random.normal()) * (1 + 8 * Math.exp(-i / 30)),
    }))).flat();
}

function layerName(layer: number): string {
  return `${layer % 2 ? "decoder" : "encoder"}.block.${layer >> 1}.selfAttention.${layer % 3 ? "v" : "q"}`;
}

/** Singular values that fall off, more slowly with each task. */
export function spectra(layers: number, tasks: number, width = 64) {
  const random = new Random(7);
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: tasks }, (_, task) => ({
      task: task + 1,
      layer: layerName(layer),
      kind: "covariance",
      values: Float32Array.from(
        { length: width },
        (_, i) => 0.4 * Math.exp(-i / (2 + task + layer / 3)) * (1 + 0.1 * random.uniform()) + 1e-5 / (i + 1),
      ),
    }))).flat();
}

/** Shares of gradients removed, none in the first task. */
export function sharesRemoved(layers: number, tasks: number) {
  const random = new Random(3);
  return Array.from({ length: layers }, (_, layer) => ({
    name: layerName(layer),
    points: Array.from({ length: tasks }, (_, task) =>
      Array.from({ length: 20 }, (_, i) => ({
        task: task + 1,
        step: 1 + 10 * i,
        value: task === 0 ? 0 : Math.min(1, 0.3 + 0.1 * task - 0.01 * i + 0.05 * random.uniform()),
      }))).flat(),
  }));
}

/** Principal angles from the second task on, in radians. */
export function angles(layers: number, tasks: number) {
  return Array.from({ length: layers }, (_, layer) =>
    Array.from({ length: tasks - 1 }, (_, i) => ({
      layer: layerName(layer),
      task: i + 2,
      angles: Array.from(
        { length: 5 - layer % 2 },
        (_, j) => Math.min(Math.PI / 2, 0.1 + 0.3 * j + 0.07 * i),
      ),
    }))).flat();
}

/** Work, time and memory by part; the last row has no memory. */
export const costs = [
  ["FLOPs of a step", "MFLOP", ["forward", "backward", "update"], [210, 420, 36]],
  ["time of a step", "ms", ["forward", "backward", "update"], [4.1, 7.3, 1.9]],
  ["memory at its peak", "MiB", ["weights", "activations", "optimizer state"], [1.2, 5.9, 0.7]],
].map(([name, unit, parts, values]) => ({
  name: name as string,
  unit: unit as string,
  parts: labels.flatMap((label, row) =>
    (parts as string[]).map((part, i) => ({
      label,
      part,
      value: unit === "MiB" && row === 4 ? null : (values as number[])[i] * (1 + 0.06 * row * i),
    }))
  ),
}));

/** Columns of S by layer. */
export function spaceGrowth(layers: number, tasks: number, seed = 11) {
  const random = new Random(seed);
  return ["loraA", "fullRank"].flatMap((group) =>
    Array.from({ length: layers }, (_, layer) => {
      let columns = 0;
      return {
        name: layerName(layer),
        group,
        capacity: 64,
        columns: Array.from({ length: tasks }, (_, task) => columns += random.integer(task ? 6 : 10) + 1),
      };
    })
  );
}
