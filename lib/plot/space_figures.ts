/**
 * The figures about the shared gradient space, from recorded runs.
 *
 * @module
 */
import { type ExperimentRow, type RecordedRun, spaceColumns } from "./recorded_run.ts";
import type { CaptionedFigure } from "./report.ts";
import { spaceGrowthFigure } from "./space_growth_figure.ts";
import type { SpaceGrowthSeries } from "./space_growth_lines.ts";
import { spectraFigure } from "./spectra_figure.ts";
import type { Spectrum } from "./spectrum.ts";

/**
 * How the shared space grew in each row that has one, and the spectra of the last such row; nothing where none
 * was recorded.
 *
 * @param rows with their runs, sorted by seed
 */
export function spaceFigures(rows: readonly ExperimentRow[]): CaptionedFigure[] {
  const figures: CaptionedFigure[] = [];
  const series: SpaceGrowthSeries[] = rows.flatMap(({ label, runs }) => {
    const layers = runs.flatMap((run) => spaceColumns(run));
    if (layers.length === 0) return [];
    const tasks = Math.max(...layers.map(({ columns }) => columns.length));
    const columns = Array.from({ length: tasks }, (_, task) => {
      const values = layers.map((layer) => layer.columns[task]).filter((value) => value !== null);
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value) / values.length;
    });
    return [{ name: label, group: "mean over layers and seeds", columns }];
  });
  if (series.length > 0) {
    figures.push({
      figure: spaceGrowthFigure({ series }),
      caption:
        "Every column of S is a direction that later tasks may no longer use. A row that adds many columns " +
        "protects more and leaves less to learn in.",
    });
  }
  const recorded = rows.flatMap(({ runs }) => runs.slice(0, 1)).filter((run) => run.spectra().length > 0).at(
    -1,
  );
  if (recorded) {
    const { label, seed } = recorded.record;
    figures.push({
      figure: spectraFigure({ spectra: withKept(recorded), subtitle: `${label}, seed ${seed}` }),
      caption:
        "How fast the values fall says how few directions a task really uses. Where a line is flat, the place " +
        "of the cut matters; where it falls steeply, it does not.",
    });
  }
  return figures;
}

/** Spectra with the number of columns that the layer's space grew by, where that was recorded. */
function withKept(run: RecordedRun): Spectrum[] {
  const growth = new Map(spaceColumns(run).map(({ layer, columns }) => [layer, columns]));
  return run.spectra().map((spectrum) => {
    const columns = growth.get(spectrum.layer);
    const now = columns?.[spectrum.task - 1] ?? null;
    const before = spectrum.task === 1 ? 0 : columns?.[spectrum.task - 2] ?? null;
    return now === null || before === null ? spectrum : { ...spectrum, kept: now - before };
  });
}
