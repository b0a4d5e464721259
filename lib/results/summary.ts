/** What a set of runs has shown. @module */
import { displaySymbol, type RichDisplay } from "../display/rich_display.ts";
import type { Run } from "./run.ts";
import type { IntervalOptions } from "./statistics.ts";
import { summaryHtml, summaryTable } from "./summary_table.ts";
import {
  compareVariants,
  type Comparison,
  pairKey,
  performanceOf,
  summarizeVariant,
  type VariantSummary,
} from "./variant_summary.ts";

/** A summary; as JSON it is what `ablate --json` writes. */
export interface Summary {
  /** The task suite; several joined by commas, as the model and the device. */
  readonly suite: string;
  /** The base model. */
  readonly model: string;
  /** How many different seeds there are. */
  readonly seeds: number;
  /** The device. */
  readonly device: string;
  /** One row a label. */
  readonly variants: readonly VariantSummary[];
  /** Of each other label with the one that all are compared with. */
  readonly comparisons: readonly Comparison[];
  /** The names of the runs' folders. */
  readonly runs: readonly string[];
  /** What the intervals are; not part of the JSON. */
  readonly intervals: string;
  /** What to know when reading it, in sentences; not part of the JSON. */
  readonly notes: readonly string[];
}

/** How to summarize. */
export interface SummaryOptions extends IntervalOptions {
  /** The label that the others are compared with; default "B". */
  readonly against?: string;
  /** Of the rows: variants as in the paper (default), or as their runs come. */
  readonly order?: "variants" | "runs";
}

/**
 * Summarizes runs label by label, with means, intervals and paired differences. Runs that have no result (as
 * they did not come to their end) do not count, and a note says so.
 *
 * @throws {RangeError} when there are no runs
 *
 * @example The JSON of all runs in a folder
 * ```ts ignore
 * import { listRuns, summarize } from "gorp";
 * console.log(JSON.stringify(summarize(listRuns("runs"))));
 * ```
 */
export function summarize(runs: readonly Run[], options: SummaryOptions = {}): Summary {
  if (runs.length === 0) throw new RangeError("Cannot summarize no runs: at least one is required.");
  const found = [...Map.groupBy(runs, (run) => run.record.label).values()];
  const groups = options.order === "runs" ? found : inOrder(found);
  const base = groups.find((group) => group[0].record.label === (options.against ?? "B"));
  const others = base === undefined ? [] : groups.filter((group) => group !== base);
  return new RunSummary({
    suite: distinct(runs.map((run) => run.record.suite)).join(", "),
    model: distinct(runs.map((run) => run.record.model)).join(", "),
    seeds: distinct(runs.map((run) => run.record.seed)).length,
    device: distinct(runs.map((run) => run.record.device)).join(", "),
    variants: groups.map((group) => summarizeVariant(group, options)),
    comparisons: others.map((group) => compareVariants(group, base!, options)).filter((found) =>
      found !== null
    ),
    runs: runs.map((run) => run.folder.replace(/[\\/]+$/, "").replace(/^.*[\\/]/, "")),
    intervals: `${100 * (options.level ?? 0.95)} % ${METHOD_NAMES[options.method ?? "bootstrap"]} intervals`,
    notes: groups.flatMap(notesOn),
  });
}

class RunSummary implements Summary {
  readonly suite: string;
  readonly model: string;
  readonly seeds: number;
  readonly device: string;
  readonly variants: readonly VariantSummary[];
  readonly comparisons: readonly Comparison[];
  readonly runs: readonly string[];
  readonly intervals: string;
  readonly notes: readonly string[];

  constructor(summary: Summary) {
    this.suite = summary.suite;
    this.model = summary.model;
    this.seeds = summary.seeds;
    this.device = summary.device;
    this.variants = summary.variants;
    this.comparisons = summary.comparisons;
    this.runs = summary.runs;
    this.intervals = summary.intervals;
    this.notes = summary.notes;
  }

  toJSON(): Omit<Summary, "intervals" | "notes"> {
    const { suite, model, seeds, device, variants, comparisons, runs } = this;
    return { suite, model, seeds, device, variants, comparisons, runs };
  }

  [displaySymbol](): RichDisplay {
    return {
      "text/plain": summaryTable(this, { time: false }),
      "text/html": summaryHtml(this, { time: false }),
    };
  }
}

const METHOD_NAMES = { bootstrap: "bootstrap", student: "Student" };
const VARIANTS = ["B", "B+L", "B+S", "B+L+S"];
const PROFILES = ["paper", "released", "aligned", "covariance"];

/** Labels without a profile first, then profile by profile, variants as in the paper; others as they came. */
function inOrder(groups: Run[][]): Run[][] {
  const position = ([{ record: { label, variant, profile } }]: Run[]) =>
    VARIANTS.includes(variant)
      ? (label === variant ? 0 : 10 * (1 + PROFILES.indexOf(profile))) + VARIANTS.indexOf(variant)
      : Infinity;
  return groups.toSorted((a, b) => {
    const [first, second] = [position(a), position(b)];
    return first === second ? 0 : first - second;
  });
}

function notesOn(group: readonly Run[]): string[] {
  const { label } = group[0].record;
  const notes: string[] = [];
  const unmeasured = group.filter((run) => performanceOf(run) === null).length;
  if (unmeasured > 0) {
    notes.push(`${label}: ${unmeasured} of ${group.length} runs without a result, not counted.`);
  }
  const diverged = group.filter((run) => run.record.status === "diverged").length;
  if (diverged > 0) notes.push(`${label}: ${diverged} of ${group.length} runs diverged.`);
  if (new Set(group.map(pairKey)).size < group.length) {
    notes.push(
      `${label}: several runs share suite, model and seed; each counts in the means, the last in pairs.`,
    );
  }
  return notes;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
