/**
 * The text continual-learning benchmark as a suite: 15 datasets, from which tasks are named in an order.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { Random } from "../tensor/random.ts";
import {
  type DatasetFolder,
  listDatasets,
  readLabels,
  readRows,
  type SampleRow,
  type UnknownLabels,
} from "./cl_benchmark_files.ts";
import { makePrompt, type PromptOptions } from "./prompt.ts";
import type { Suite } from "./suite.ts";
import { displayedSuite } from "./suite_display.ts";
import type { Example, Task } from "./task.ts";
import { TASK_ORDERS } from "./task_orders.ts";

/** Options of {@linkcode loadClBenchmark}. */
export interface ClBenchmarkOptions extends PromptOptions {
  /** Names of datasets in the order of learning; upper and lower case do not matter. */
  readonly tasks?: readonly string[];
  /** Instead of `tasks`: one of the published orders, 1 to 6. */
  readonly order?: number;
  /** At most so many rows to train on. Default: all but the validation rows. */
  readonly trainRows?: number;
  /** At most so many validation rows, and never more than a tenth of the file. Default 300. */
  readonly devRows?: number;
  /** At most so many rows to test on, the same for every seed. Default: all. */
  readonly testRows?: number;
  /** Decides which rows of `train.json` are for validation and which for training. Default 1. */
  readonly seed?: number;
  /** What to do with a row whose label is not in `labels.json`. Default `throw`. */
  readonly unknownLabels?: UnknownLabels;
  /** What a prompt contains of a sample's text, such as its beginning. Default: all of it. */
  readonly sampleText?: (sentence: string) => string;
}

/**
 * Loads tasks of a benchmark folder `TYPE/DATASET/{train,test,labels}.json`.
 *
 * The benchmark's `dev.json` is the same as its `test.json`, so it is not read: validation rows are taken from
 * `train.json`, drawn by `seed`, and are not trained on.
 *
 * @param folder the folder that holds the type folders
 * @param options either `tasks` or `order`, row limits, seed, and which lines prompts have
 * @returns the tasks in order; sources are whole prompts, not yet cut to a length
 * @throws one sentence each for a missing folder, dataset or file (naming what there is), a line that is no
 * JSON (file and line), a row without texts, and a label that is not in `labels.json` (file and row)
 *
 * @example A folder with one small dataset
 * ```ts
 * import { loadClBenchmark } from "gorp";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/TC/agnews`, { recursive: true });
 * const rows = [{ sentence: "Rain at noon.", label: "World" }];
 * for (const [name, content] of [["labels", ["World", "Sports"]], ["train", rows], ["test", rows]]) {
 *   await Deno.writeTextFile(`${folder}/TC/agnews/${name}.json`, JSON.stringify(content));
 * }
 * const { tasks } = await loadClBenchmark(folder, { tasks: ["agnews"] });
 * if (!tasks[0].test[0].source.endsWith("Rain at noon.\nAnswer:")) throw new Error("unexpected prompt");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function loadClBenchmark(folder: string, options: ClBenchmarkOptions): Promise<Suite> {
  const { seed = 1 } = options;
  return (await openClBenchmark(folder, options)).suite(seed);
}

/** Datasets in memory, from which every seed draws its rows. */
export interface ClBenchmark {
  /** What was read, in the order of learning. */
  readonly datasets: readonly Dataset[];
  /** The tasks with the rows of a seed; test rows are the same for all seeds. */
  suite(seed: number): Suite;
}

/** One dataset as its files have it. */
export interface Dataset extends DatasetFolder {
  /** All answers that are possible, in a fixed order. */
  readonly labels: readonly string[];
  /** The rows of `train.json`. */
  readonly train: readonly SampleRow[];
  /** The rows of `test.json`. */
  readonly test: readonly SampleRow[];
}

/** Reads the datasets that {@linkcode loadClBenchmark} makes one seed's tasks of; throws what it throws. */
export async function openClBenchmark(
  folder: string,
  options: Omit<ClBenchmarkOptions, "seed">,
): Promise<ClBenchmark> {
  const { unknownLabels = "throw" } = options;
  const chosen = await findDatasets(folder, options, { all: false });
  const datasets = await Promise.all(chosen.map((dataset) => readDataset(dataset, unknownLabels)));
  const listed = chosen.map((dataset) => dataset.name).join(", ");
  const name = options.order === undefined ? `benchmark ${listed}` : `benchmark order ${options.order}`;
  const description = `${chosen.length} tasks of the text continual-learning benchmark: ${listed}.`;
  return {
    datasets,
    suite: (seed) =>
      displayedSuite({ name, description, tasks: datasets.map((each) => drawTask(each, options, seed)) }),
  };
}

/**
 * The named datasets of a folder in the order of learning.
 *
 * @param options.all whether to give all of them where neither tasks nor an order is named; default true
 * @throws {InputError} naming what is missing and what there is
 */
export async function findDatasets(
  folder: string,
  choice: Pick<ClBenchmarkOptions, "tasks" | "order">,
  { all = true }: { readonly all?: boolean } = {},
): Promise<DatasetFolder[]> {
  const isNamed = choice.tasks !== undefined || choice.order !== undefined;
  const names = isNamed || !all ? taskNames(choice) : null;
  const found = await listDatasets(folder);
  return names?.map((name) => findDataset(folder, found, { name, order: choice.order })) ?? found;
}

async function readDataset(folder: DatasetFolder, unknownLabels: UnknownLabels): Promise<Dataset> {
  const labels = await readLabels(folder);
  const [train, test] = await Promise.all([
    readRows(folder, "train", { labels, unknownLabels }),
    readRows(folder, "test", { labels, unknownLabels }),
  ]);
  return { ...folder, labels, train, test };
}

function drawTask(dataset: Dataset, options: ClBenchmarkOptions, seed: number): Task {
  const { trainRows = Infinity, devRows = 300, testRows = Infinity, sampleText } = options;
  const { name, type, labels, train, test } = dataset;
  const shuffled = new Random(seed, `rows of ${name}`).shuffle(train);
  const validation = Math.min(devRows, Math.floor(train.length / 10));
  // A stream of its own, so that all seeds are judged on the same rows.
  const judged = test.length <= testRows ? test : new Random(1, `test of ${name}`).sample(test, testRows);
  const example = ({ sentence, label }: SampleRow): Example => ({
    source: makePrompt(
      { type, dataset: name, sentence: sampleText?.(sentence) ?? sentence, labels },
      options,
    ),
    label,
  });
  return {
    name,
    type,
    labels,
    train: shuffled.slice(validation, validation + trainRows).map(example),
    dev: shuffled.slice(0, validation).map(example),
    test: judged.map(example),
  };
}

function taskNames({ tasks, order }: ClBenchmarkOptions): readonly string[] {
  if ((tasks === undefined) === (order === undefined)) {
    throw new InputError(
      "Cannot load the benchmark: give either the names of tasks or the number of an order.",
    );
  }
  if (order !== undefined) {
    if (!Object.hasOwn(TASK_ORDERS, order)) {
      throw new InputError(`There is no task order ${order}; there are 1 to 6.`);
    }
    return TASK_ORDERS[order as keyof typeof TASK_ORDERS];
  }
  const twice = tasks!.find((name, i) => tasks!.findIndex((other) => sameName(other, name)) !== i);
  if (twice !== undefined) {
    throw new InputError(`Cannot load the benchmark: the task "${twice}" is named twice.`);
  }
  if (tasks!.length === 0) throw new InputError("Cannot load the benchmark: name at least one task.");
  return tasks!;
}

function findDataset(
  folder: string,
  datasets: readonly DatasetFolder[],
  { name, order }: { readonly name: string; readonly order?: number },
): DatasetFolder {
  const found = datasets.find((dataset) => sameName(dataset.name, name));
  if (found) return found;
  const names = datasets.map((dataset) => dataset.name).join(", ");
  const wanted = order === undefined ? "" : `, which order ${order} needs,`;
  throw new InputError(`There is no dataset "${name}"${wanted} in ${folder}; there are ${names}.`);
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
