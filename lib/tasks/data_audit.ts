/**
 * What is wrong with a dataset of the benchmark, found before anything is trained on it.
 *
 * @module
 */
import { Random } from "../tensor/random.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import { type DatasetFolder, readLabels, readRows, type SampleRow } from "./cl_benchmark_files.ts";
import { makePrompt } from "./prompt.ts";

/** What was found of one dataset. Shares are fractions from 0 to 1. */
export interface DataAudit {
  readonly type: string;
  readonly dataset: string;
  /** Different labels in `labels.json`. */
  readonly labels: number;
  readonly trainRows: number;
  readonly testRows: number;
  /** Rows of `dev.json` that also stand in `test.json`, and all of them; null without a `dev.json`. */
  readonly devInTest: number | null;
  readonly devRows: number | null;
  /** Rows whose label is not in `labels.json`, which no answer can match. */
  readonly unreachableTrain: number;
  readonly unreachableTest: number;
  /** Share of the most frequent label: what a model reaches that always says it. */
  readonly largestLabelTrain: number;
  readonly largestLabelTest: number;
  /** Test rows whose text also stands in `train.json`. */
  readonly testInTrain: number;
  /** Test rows whose text stands there more than once with different labels. */
  readonly contradictory: number;
  /** The most accuracy there can be: each text answered by its most frequent reachable label. */
  readonly ceiling: number;
  /** Share of test prompts longer than the limit, which lose `Answer:` if cut on the right; null without a tokenizer. */
  readonly longPrompts: number | null;
  /** That limit, in tokens. */
  readonly maximumSource: number;
}

/** How to count the tokens of prompts. */
export interface AuditOptions {
  readonly tokenizer?: Tokenizer;
  /** Longest prompt in tokens, its end token included; default 512, as published. */
  readonly maximumSource?: number;
}

/**
 * Audits a dataset: validation rows that are test rows, labels that cannot be reached, imbalance, texts that stand both
 * in training and in test, contradictions and the accuracy that they leave, prompts that are too long.
 *
 * @throws {InputError} when a file is missing or malformed
 */
export async function auditDataset(folder: DatasetFolder, options: AuditOptions = {}): Promise<DataAudit> {
  const { maximumSource = 512 } = options;
  const labels = await readLabels(folder);
  const read = (split: "train" | "dev" | "test") =>
    readRows(folder, split, { labels, unknownLabels: "keep" });
  const [train, test, dev] = await Promise.all([read("train"), read("test"), readIfThere(() => read("dev"))]);
  const inTrain = new Set(train.map(({ sentence }) => sentence));
  const inTest = new Set(test.map(rowKey));
  const isReachable = ({ label }: SampleRow) => labels.includes(label);
  const byText = [...Map.groupBy(test, ({ sentence }) => sentence).values()];
  const best = byText.map((rows) => largestCount(rows.filter(isReachable)));
  return {
    type: folder.type,
    dataset: folder.name,
    labels: labels.length,
    trainRows: train.length,
    testRows: test.length,
    devInTest: dev && dev.filter((row) => inTest.has(rowKey(row))).length,
    devRows: dev && dev.length,
    unreachableTrain: train.filter((row) => !isReachable(row)).length,
    unreachableTest: test.filter((row) => !isReachable(row)).length,
    largestLabelTrain: share(largestCount(train), train.length),
    largestLabelTest: share(largestCount(test), test.length),
    testInTrain: test.filter(({ sentence }) => inTrain.has(sentence)).length,
    contradictory: byText.filter((rows) => new Set(rows.map(({ label }) => label)).size > 1)
      .reduce((sum, rows) => sum + rows.length, 0),
    ceiling: share(best.reduce((sum, count) => sum + count, 0), test.length),
    longPrompts: longPrompts(folder, labels, test, { ...options, maximumSource }),
    maximumSource,
  };
}

/** Of more rows than this, so many are drawn to count their tokens. */
const MEASURED = 500;

/** Cut on the right, a prompt loses its last words first, and those are `Answer:`. */
function longPrompts(
  { type, name }: DatasetFolder,
  labels: readonly string[],
  rows: readonly SampleRow[],
  { tokenizer, maximumSource }: AuditOptions & { readonly maximumSource: number },
): number | null {
  if (!tokenizer) return null;
  const seen = rows.length <= MEASURED ? rows : new Random(1, `audit of ${name}`).sample(rows, MEASURED);
  const prompts = seen.map(({ sentence }) => makePrompt({ type, dataset: name, sentence, labels }));
  const long = prompts.filter((prompt) => tokenizer.encode(prompt).length + 1 > maximumSource);
  return share(long.length, prompts.length);
}

function rowKey({ sentence, label }: SampleRow): string {
  return JSON.stringify([sentence, label]);
}

/** How often the most frequent label occurs. */
function largestCount(rows: readonly SampleRow[]): number {
  const counts = Map.groupBy(rows, ({ label }) => label).values();
  return Math.max(0, ...Array.from(counts, (group) => group.length));
}

function share(count: number, total: number): number {
  return total === 0 ? 0 : count / total;
}

async function readIfThere<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
