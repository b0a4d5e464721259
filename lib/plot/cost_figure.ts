/**
 * Where work, time and memory of training go: by part, row by row.
 *
 * @module
 */
import { emptyFigure } from "./empty_figure.ts";
import { type Figure, figure, type Layout, type Trace } from "./figure.ts";
import { designWidth, frame, type Panel, panelGrid, panelNote, panelTitle } from "./frame.ts";
import { plotlyText, shorten, tickLabels } from "./label.ts";
import { okabeIto } from "./palette.ts";

/** What one part takes in one row of results. */
export interface CostPart {
  /** A row of results or a model: "B+L+S". */
  readonly label: string;
  /** A part of the training step: "forward", "optimizer". Parts of one name have one colour everywhere. */
  readonly part: string;
  /** In the unit of the measure; null where it was not measured. */
  readonly value: number | null;
}

/** One thing that is spent. */
export interface CostMeasure {
  /** "FLOPs of a step". */
  readonly name: string;
  /** "MFLOP", "ms", "MiB". */
  readonly unit: string;
  readonly parts: readonly CostPart[];
}

/** What {@link costFigure} shows. */
export interface CostData {
  /** Up to three, side by side. */
  readonly measures: readonly CostMeasure[];
  readonly title?: string;
  readonly subtitle?: string;
}

const colors = [
  okabeIto.blue,
  okabeIto.orange,
  okabeIto.skyBlue,
  okabeIto.vermillion,
  okabeIto.green,
  okabeIto.purple,
  okabeIto.yellow,
  okabeIto.grey,
];
/** For readers who see no colour. */
const patterns = ["", "/", "", "\\", ".", "x", "-", ""];

/**
 * Stacked bars: a panel for each measure (work, time, memory), a bar for each row, a segment for each part, and the
 * sum at its end.
 *
 * @param data parts in the order in which they are stacked
 *
 * @example Time and memory of a step
 * ```ts
 * import { plot } from "gorp";
 * const shown = plot.costFigure({
 *   measures: [
 *     { name: "time of a step", unit: "ms", parts: [
 *       { label: "B", part: "forward", value: 4 }, { label: "B", part: "backward", value: 7 },
 *     ] },
 *     { name: "memory", unit: "MiB", parts: [{ label: "B", part: "weights", value: 12 }] },
 *   ],
 * });
 * console.log(shown.alt);
 * ```
 */
export function costFigure(data: CostData): Figure {
  const { title = "What a training step costs, by part", subtitle } = data;
  const measures = data.measures.slice(0, 3);
  const all = measures.flatMap(({ parts }) => parts);
  if (!all.some(isMeasured)) return emptyFigure(title, "no cost was recorded");
  const labels = [...new Set(all.map(({ label }) => label))];
  const parts = [...new Set(all.filter(isMeasured).map(({ part }) => part))];
  const left = 24 + 7.3 * Math.min(24, Math.max(...labels.map((label) => [...label].length)));
  const right = 30;
  const plotWidth = designWidth - left - right;
  const { panels, plotHeight } = panelGrid(measures.length, {
    columns: measures.length,
    panelHeight: 20 + 32 * labels.length,
    gapX: 34,
    gapY: 0,
    plotWidth,
  });
  return figure({
    title,
    alt: alternative(measures, labels),
    data: measures.flatMap((measure, i) =>
      parts.flatMap((part, at) => {
        const isFirst = measures.findIndex((one) =>
          one.parts.some((p) => p.part === part && isMeasured(p))
        ) === i;
        return bar(measure, part, { panel: panels[i], labels, at, isFirst });
      })
    ),
    layout: {
      ...frame({
        title,
        subtitle,
        plotHeight,
        left,
        right,
        bottom: 52,
        panelTitle: 24,
        legend: parts.map((part) => shorten(part, 30)),
      }),
      barmode: "stack",
      bargap: 0.3,
      ...Object.fromEntries(panels.map((panel, i) => [panel.xaxis, {
        domain: panel.xDomain,
        anchor: "y",
        range: [0, 1.22 * Math.max(...labels.map((label) => total(measures[i], label) ?? 0)) || 1],
        nticks: 5,
        title: { text: measures[i].unit },
      }])),
      yaxis: {
        range: [labels.length - 0.5, -0.5],
        tickvals: labels.map((_, i) => i),
        ticktext: tickLabels(labels, 24),
        ticks: "",
        ticklabelstandoff: 6,
        showgrid: false,
      },
      annotations: panels.flatMap((panel, i) => [
        panelTitle(
          panel,
          plotlyText(shorten(measures[i].name, Math.floor(plotWidth / measures.length / 7.6))),
        ),
        ...labels.map((label, row) => totalNote(panel, row, total(measures[i], label))),
        ...(measures[i].parts.some(isMeasured) ? [] : [panelNote(panel, "not measured")]),
      ]),
    },
  });
}

function isMeasured({ value }: CostPart): boolean {
  return value !== null && Number.isFinite(value);
}

/** null where no part was measured. */
function total({ parts }: CostMeasure, label: string): number | null {
  const measured = parts.filter((part) => part.label === label && isMeasured(part));
  return measured.length === 0 ? null : measured.reduce((sum, { value }) => sum + value!, 0);
}

function bar(
  measure: CostMeasure,
  part: string,
  { panel, labels, at, isFirst }: {
    readonly panel: Panel;
    readonly labels: readonly string[];
    readonly at: number;
    readonly isFirst: boolean;
  },
): Trace[] {
  const values = labels.map((label) => {
    const found = measure.parts.filter((one) => one.label === label && one.part === part && isMeasured(one));
    return found.length === 0 ? null : found.reduce((sum, { value }) => sum + value!, 0);
  });
  if (values.every((value) => value === null)) return [];
  const color = colors[at % colors.length];
  const name = plotlyText(shorten(part, 30));
  return [{
    type: "bar",
    orientation: "h",
    name,
    legendgroup: name,
    legendrank: at,
    showlegend: isFirst,
    xaxis: panel.x,
    yaxis: "y",
    x: values,
    y: labels.map((_, i) => i),
    marker: {
      color,
      pattern: patternOf(at, color),
      line: { width: 0.5, color: "rgba(127,127,127,0.8)" },
    },
    hovertext: values.map((value, i) =>
      `${plotlyText(labels[i])}<br>${name}: ${
        value === null ? "not measured" : `${short(value)} ${measure.unit}`
      }`
    ),
    hoverinfo: "text",
  }];
}

function patternOf(at: number, color: string) {
  const shape = patterns[at % patterns.length];
  const look = { fgcolor: "rgba(255,255,255,0.8)", bgcolor: color, size: 6, solidity: 0.2 };
  return shape === "" ? undefined : { shape, ...look };
}

function totalNote(panel: Panel, row: number, value: number | null): Layout {
  return {
    text: value === null ? "not measured" : short(value),
    xref: panel.x,
    x: value ?? 0,
    xanchor: "left",
    xshift: 4,
    yref: "y",
    y: row,
    yanchor: "middle",
    font: { size: 11, ...(value === null ? { style: "italic" } : {}) },
  };
}

/** Three significant digits. */
function short(value: number): string {
  return Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
}

function alternative(measures: readonly CostMeasure[], labels: readonly string[]): string {
  const parts = measures.map((measure) => {
    const totals = labels.map((label) => {
      const value = total(measure, label);
      return `${label} ${value === null ? "not measured" : short(value)}`;
    });
    return `${measure.name} in ${measure.unit}: ${totals.join(", ")}`;
  });
  return `Cost of training by part. ${parts.join("; ")}.`;
}
