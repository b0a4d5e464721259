/**
 * The figures about the shared gradient space, from recorded runs.
 *
 * @module
 */
import { distinctNames } from "./label.ts";
import { principalAnglesFigure } from "./principal_angles_figure.ts";
import {
  type ExperimentRow,
  type LayerGrowth,
  layerGrowth,
  meanAngles,
  type RecordedRun,
} from "./recorded_run.ts";
import type { CaptionedFigure } from "./report.ts";
import { shareRemovedFigure } from "./share_removed_figure.ts";
import { spaceGrowthFigure } from "./space_growth_figure.ts";
import type { SpaceGrowthSeries } from "./space_growth_lines.ts";
import { spaceLeftFigure } from "./space_left_figure.ts";
import { spectraFigure } from "./spectra_figure.ts";
import type { Spectrum } from "./spectrum.ts";

/**
 * How the shared space grew in each row that has one, and, for the last such row, in each layer and from which
 * spectra. Nothing where none was recorded.
 *
 * @param rows with their runs, sorted by seed
 */
export function spaceFigures(rows: readonly ExperimentRow[]): CaptionedFigure[] {
  const series = rows.flatMap(({ label, runs }) => meanGrowth(label, runs.flatMap(layerGrowth)));
  if (series.length === 0) return [];
  const figures: CaptionedFigure[] = [{
    figure: spaceGrowthFigure({ series, subtitle: "mean over layers and seeds" }),
    caption:
      "Every column of S is a direction that later tasks may no longer use. A row that adds many columns " +
      "protects more and leaves less to learn in; at the capacity nothing would be left.",
  }];
  const last = rows.flatMap(({ runs }) => runs.slice(0, 1)).findLast((run) => layerGrowth(run).length > 0)!;
  const layers = layerGrowth(last);
  const names = distinctNames(layers.map(({ layer }) => layer.replace(/:A$/, "")));
  const subtitle = `${last.record.label}, seed ${last.record.seed}`;
  figures.push({
    figure: spaceGrowthFigure({
      title: "Growth of the shared space S, layer by layer",
      subtitle,
      series: named(layers, names),
    }),
    caption:
      "Layers differ in how many directions a task uses. Where a line stays flat, later tasks use the " +
      "directions of the first.",
  });
  if (layers.some(({ capacity }) => capacity !== undefined)) {
    figures.push({
      figure: spaceLeftFigure({ layers: named(layers, names), taskNames: last.taskNames, subtitle }),
      caption:
        "What later tasks may still use. A bar that is nearly full belongs to a layer in which nothing new can be " +
        "learned; colours say which task took how much.",
    });
  }
  figures.push(...probeFigures(last, subtitle));
  if (last.spectra().length > 0) {
    figures.push({
      figure: spectraFigure({ spectra: withKept(last, layers), subtitle }),
      caption:
        "How fast the values fall says how few directions a task really uses. Where a line is flat around its " +
        "mark, the place of the cut matters; where it falls steeply, it does not.",
    });
  }
  return figures;
}

/** What probes of the live gradients recorded, if any ran. */
function probeFigures(run: RecordedRun, subtitle: string): CaptionedFigure[] {
  const prefix = "shareRemoved/";
  const recorded = run.metricNames().filter((name) => name.startsWith(prefix));
  if (recorded.length === 0) return [];
  const layers = distinctNames(recorded.map((name) => name.slice(prefix.length)));
  const series = recorded.map((name, i) => ({ name: layers[i], points: run.metrics(name) }));
  return [
    {
      figure: shareRemovedFigure({ series, taskNames: run.taskNames, subtitle }),
      caption:
        "How much of each gradient never reaches Adam. Where it is high, the task would have written over " +
        "directions that earlier tasks need.",
    },
    {
      figure: principalAnglesFigure({ angles: meanAngles(run), subtitle: `${subtitle}, mean over steps` }),
      caption:
        "Angles near 0° are directions that the task shares with earlier ones, and loses; angles near 90° are new.",
    },
  ];
}

function named(layers: readonly LayerGrowth[], names: readonly string[]): SpaceGrowthSeries[] {
  return layers.map((one, i) => ({ ...one, name: names[i] }));
}

/** One series for each group of weights: the mean over layers. */
function meanGrowth(name: string, layers: readonly LayerGrowth[]): SpaceGrowthSeries[] {
  return [...new Set(layers.map(({ group }) => group))].map((group) => {
    const members = layers.filter((layer) => layer.group === group);
    const tasks = Math.max(...members.map(({ columns }) => columns.length));
    const columns = Array.from({ length: tasks }, (_, task) => {
      const values = members.map((layer) => layer.columns[task] ?? null).filter((value) => value !== null);
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
    });
    const capacities = new Set(members.map(({ capacity }) => capacity));
    return { name, group, columns, capacity: capacities.size === 1 ? members[0].capacity : undefined };
  });
}

/** Spectra with the number of columns that the layer's space grew by. */
function withKept(run: RecordedRun, layers: readonly LayerGrowth[]): Spectrum[] {
  return run.spectra().map((spectrum) => {
    const columns = layers.find(({ layer }) => layer === spectrum.layer)?.columns;
    const now = columns?.[spectrum.task - 1] ?? null;
    const before = spectrum.task === 1 ? 0 : columns?.[spectrum.task - 2] ?? null;
    return now === null || before === null ? spectrum : { ...spectrum, kept: now - before };
  });
}
