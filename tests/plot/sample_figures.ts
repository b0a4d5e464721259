/**
 * Every kind of figure in usual and in awkward cases, with what its picture must contain.
 *
 * @module
 */
import { ablationFigure } from "../../lib/plot/ablation_figure.ts";
import { accuracyMatricesFigure } from "../../lib/plot/accuracy_matrices_figure.ts";
import { accuracyMatrixFigure } from "../../lib/plot/accuracy_matrix_figure.ts";
import { costFigure } from "../../lib/plot/cost_figure.ts";
import type { Figure } from "../../lib/plot/figure.ts";
import { lineFigure } from "../../lib/plot/line_figure.ts";
import { lossFigure } from "../../lib/plot/loss_figure.ts";
import { paretoFigure } from "../../lib/plot/pareto_figure.ts";
import { principalAnglesFigure } from "../../lib/plot/principal_angles_figure.ts";
import { shareRemovedFigure } from "../../lib/plot/share_removed_figure.ts";
import { spaceGrowthFigure } from "../../lib/plot/space_growth_figure.ts";
import { spaceLeftFigure } from "../../lib/plot/space_left_figure.ts";
import { spectraFigure } from "../../lib/plot/spectra_figure.ts";
import { taskAccuracyFigure } from "../../lib/plot/task_accuracy_figure.ts";
import * as sample from "./sample_results.ts";

/** A figure and what can be counted in it. */
export interface SampleFigure {
  readonly figure: Figure;
  /** Texts that must be legible in the picture. */
  readonly texts: readonly string[];
  /** Number of elements by a selector's class name in the picture. */
  readonly counts?: Readonly<Record<string, number>>;
}

export const hostile = `</script><script>alert(1)</script><b>"x" & 'y'</b>`;

const shortNames = sample.embeddedNames;
const longNames = sample.benchmarkNames;

/** Usual cases: 4 tasks, 5 rows, 8 seeds. Awkward ones: 1 or 15 tasks, 20 layers, names like HTML. */
export const sampleFigures: Readonly<Record<string, SampleFigure>> = {
  "accuracy matrix, 4 tasks": {
    figure: accuracyMatrixFigure({
      label: "B+L+S",
      taskNames: shortNames,
      accuracy: sample.matrix("B+L+S", 4, 1),
      note: "mean of 8 seeds",
    }),
    texts: [
      "task evaluated",
      "after learning task",
      "accuracy (%)",
      "before",
      "1 · weather",
      "mean of 8 seeds",
    ],
    counts: { "heatmap-label": 20, hm: 1 },
  },
  "accuracy matrix, 15 tasks, only learned ones measured": {
    figure: accuracyMatrixFigure({
      label: hostile,
      taskNames: longNames,
      accuracy: sample.matrix("B", 15, 2, false),
    }),
    texts: ["15 · yahoo an", "hatched: not measured", "</script>"],
    counts: { hm: 1 },
  },
  "accuracy matrices of five rows": {
    figure: accuracyMatricesFigure({
      taskNames: shortNames,
      matrices: sample.labels.map((label, i) => ({ label, accuracy: sample.matrix(label, 4, i, i > 0) })),
    }),
    texts: ["B+L+S (covariance)", "hatched: not measured", "outlined: right after learning"],
    counts: { hm: 5 },
  },
  "task accuracy, 4 tasks": {
    figure: taskAccuracyFigure({
      taskNames: shortNames,
      rows: sample.labels.map((label) => ({ label, accuracy: sample.cellEstimates(label, 4, 8) })),
    }),
    texts: ["accuracy (%)", "after task", "season", "B+L+S (covariance)"],
    counts: { "scatterlayer mlayer": 4, "trace scatter": 20 },
  },
  "task accuracy, 15 tasks": {
    figure: taskAccuracyFigure({
      taskNames: longNames,
      rows: [{ label: hostile, accuracy: sample.matrix("B", 15, 2, false) }],
    }),
    texts: ["accuracy (%)", "after task", "MultiRC"],
    counts: { "trace scatter": 15 },
  },
  "ablation, 4 tasks": {
    figure: ablationFigure({ ...sample.ablation(4, 8), subtitle: "8 seeds" }),
    texts: ["average performance", "accuracy (%)", "percentage points", "paired difference to B", "8 seeds"],
    counts: { "scatterlayer mlayer": 4 },
  },
  "differences to a row with a longer name": {
    figure: ablationFigure({
      ...sample.ablation(4, 8),
      comparisons: sample.ablation(4, 8).comparisons!.map((one) => ({
        ...one,
        against: "B+L+S (covariance)",
      })),
      subtitle: "8 seeds",
    }),
    texts: ["paired difference", "8 seeds; differences to B+L+S (covariance)"],
  },
  "ablation, 1 task": {
    figure: ablationFigure(sample.ablation(1, 2)),
    texts: ["not defined", "for one task", "accuracy (%)"],
  },
  "growth of the space, by layer": {
    figure: spaceGrowthFigure({ series: sample.spaceGrowth(4, 4) }),
    texts: ["columns of S", "after task", "capacity 64", "loraA", "fullRank"],
    counts: { "trace scatter": 8 },
  },
  "growth of the space, many layers far below capacity": {
    figure: spaceGrowthFigure({
      series: sample.spaceGrowth(24, 15).map((one) => ({ ...one, capacity: 4096 })),
    }),
    texts: ["mean of the layers", "capacity 4096 (above the axis)"],
    counts: { "trace scatter": 50 },
  },
  "spectra, 2 layers": {
    figure: spectraFigure({ spectra: sample.spectra(2, 4), energyShare: 0.95 }),
    texts: [
      "singular value",
      "index of the singular value",
      "task 4",
      "energy share 0.95",
      "of the covariance",
    ],
    counts: { "trace scatter": 16 },
  },
  "spectra, 20 layers, 15 tasks": {
    figure: spectraFigure({ spectra: sample.spectra(20, 15), energyShare: 0.95 }),
    texts: ["the first 12 of 20 panels", "encoder.0.q"],
  },
  "three lines on logarithmic axes, with gaps": {
    figure: lineFigure({
      title: "Error of the first k singular values",
      subtitle: "a known spectrum",
      x: { title: "size of the matrix (rows)", log: true },
      y: { title: "largest relative error", log: true },
      lines: ["exact", "iteration", hostile].map((label, i) => ({
        label,
        x: [16, 64, 256, 1024],
        y: [1e-7 * (i + 1), 0, i === 1 ? NaN : 3e-6, i === 2 ? null : 1e-5],
      })),
    }),
    texts: ["size of the matrix (rows)", "largest relative error", "iteration", "1024"],
    counts: { "trace scatter": 3 },
  },
  "a line of many points": {
    figure: lineFigure({
      title: "Share of the gradient removed",
      x: { title: "step" },
      y: { title: "share", include: [0, 1] },
      lines: [{
        label: "q",
        x: sample.losses(1, 200, 1).map(({ step }) => step),
        y: new Float64Array(200).fill(0.5),
      }],
      ordered: true,
    }),
    texts: ["step", "share", "200"],
    counts: { "trace scatter": 1, point: 0 },
  },
  "loss of one run": {
    figure: lossFigure({
      series: [{ label: "B+L+S", points: sample.losses(4, 200, 1) }],
      taskNames: shortNames,
    }),
    texts: ["loss (nats per label token)", "training step (all tasks in a row)", "season"],
    counts: { "trace scatter": 2 },
  },
  "loss of five runs, one diverged": {
    figure: lossFigure({
      series: sample.labels.map((label, i) => ({
        label,
        points: sample.losses(15, 60, i + 1).map((point) =>
          i === 0 && point.task > 3 ? { ...point, value: NaN } : point
        ),
      })),
      taskNames: longNames,
    }),
    texts: ["diverged", "B+L+S (covariance)"],
    counts: { "trace scatter": 6 },
  },
  "share removed, 6 layers": {
    figure: shareRemovedFigure({ series: sample.sharesRemoved(6, 4), taskNames: shortNames }),
    texts: ["share of ‖G‖² removed (%)", "training step (all tasks in a row)", "season", "encoder.block.0"],
    counts: { "trace scatter": 6 },
  },
  "share removed, 40 layers, 15 tasks": {
    figure: shareRemovedFigure({ series: sample.sharesRemoved(40, 15), taskNames: longNames }),
    texts: ["mean of the layers", "one layer"],
    counts: { "trace scatter": 41 },
  },
  "principal angles, 2 layers": {
    figure: principalAnglesFigure({ angles: sample.angles(2, 4) }),
    texts: ["angle (degrees)", "index of the angle", "task 4", "90", "0°: S removes it"],
    counts: { "trace scatter": 6 },
  },
  "principal angles, 20 layers": {
    figure: principalAnglesFigure({ angles: sample.angles(20, 15), subtitle: hostile }),
    texts: ["the first 12 of 20 layers", "task 15"],
    counts: { "scatterlayer mlayer": 12 },
  },
  "space left, 4 layers of two groups": {
    figure: spaceLeftFigure({
      layers: sample.spaceGrowth(4, 4),
      taskNames: shortNames,
      subtitle: "B+L+S, seed 1",
    }),
    texts: ["share of the dimensions of the layer's space (%)", "of 64 left", "mood", "fullRank"],
    counts: { "trace bars": 5 },
  },
  "space left, 48 layers, 15 tasks": {
    figure: spaceLeftFigure({ layers: sample.spaceGrowth(24, 15), taskNames: longNames }),
    texts: ["the 24 fullest of 48 layers", "0 of 64 left", "MNLI", "yahoo answer"],
    counts: { "trace bars": 16 },
  },
  "pareto, 5 rows": {
    figure: paretoFigure({
      cost: "time of a run (s)",
      rows: sample.ablation(4, 8).rows.map((row) => ({ ...row, cost: row.seconds })),
      subtitle: "8 seeds",
    }),
    texts: ["time of a run (s)", "average performance (%)", "B+L+S (covariance)", "no other row is better"],
    counts: { "trace scatter": 6 },
  },
  "pareto, costs of three orders of magnitude, one row unmeasured": {
    figure: paretoFigure({
      cost: "trained weights",
      rows: [
        { label: hostile, averagePerformance: 0.61, cost: 1000 },
        { label: "full", averagePerformance: 0.6, cost: 1_200_000 },
        { label: "B", averagePerformance: null, cost: 2000 },
      ],
    }),
    texts: ["1 of 3 rows not measured", "trained weights"],
    counts: { "trace scatter": 3 },
  },
  "cost by part, 5 rows": {
    figure: costFigure({ measures: sample.costs, subtitle: "software adapter, 2 cores" }),
    texts: [
      "MFLOP",
      "ms",
      "MiB",
      "memory at its peak",
      "optimizer state",
      "not measured",
      "B+L+S (covariance)",
    ],
    counts: { "trace bars": 9 },
  },
  "cost by part, one measure": {
    figure: costFigure({ measures: [{ ...sample.costs[0], name: hostile }] }),
    texts: ["MFLOP", "forward", "backward"],
    counts: { "trace bars": 3 },
  },
};

/** Figures of nothing. */
export const emptyFigures: Readonly<Record<string, Figure>> = {
  "accuracy matrix": accuracyMatrixFigure({ label: "B", taskNames: [], accuracy: [] }),
  "accuracy matrix, unmeasured": accuracyMatrixFigure({
    label: "B",
    taskNames: ["a"],
    accuracy: [[null], [NaN]],
  }),
  "accuracy matrices": accuracyMatricesFigure({ taskNames: ["a"], matrices: [] }),
  "task accuracy": taskAccuracyFigure({ taskNames: ["a"], rows: [] }),
  "ablation": ablationFigure({ rows: [], taskCount: 4 }),
  "growth of the space": spaceGrowthFigure({ series: [] }),
  "spectra": spectraFigure({ spectra: [] }),
  "loss": lossFigure({ series: [] }),
  "share removed": shareRemovedFigure({
    series: [{ name: "q", points: [{ task: 1, step: 1, value: NaN }] }],
  }),
  "principal angles": principalAnglesFigure({ angles: [{ layer: "q", task: 1, angles: [] }] }),
  "space left": spaceLeftFigure({ layers: [{ name: "q", group: "loraA", columns: [3] }] }),
  "pareto": paretoFigure({ cost: "s", rows: [{ label: "B", averagePerformance: NaN, cost: 3 }] }),
  "cost by part": costFigure({
    measures: [{ name: "time", unit: "ms", parts: [{ label: "B", part: "forward", value: NaN }] }],
  }),
  "lines": lineFigure({ title: "Nothing", x: { title: "x" }, y: { title: "y" }, lines: [] }),
};
