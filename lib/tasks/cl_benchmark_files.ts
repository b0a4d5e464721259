/**
 * The files of a benchmark folder: `TYPE/DATASET/{train,test,labels}.json`.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { readJsonFile } from "./json_file.ts";

/** Where a dataset lies. */
export interface DatasetFolder {
  /** The folder above it: `TC`, `SC`, `NLI`, … */
  readonly type: string;
  /** Its own folder's name. */
  readonly name: string;
  /** Its path. */
  readonly path: string;
}

/** One row as in the file. */
export interface SampleRow {
  /** The sample text. */
  readonly sentence: string;
  /** The right answer. */
  readonly label: string;
}

/** What to do with a row whose label is not in `labels.json`. */
export type UnknownLabels = "throw" | "drop" | "keep";

/**
 * All datasets of a benchmark folder, by type and name.
 *
 * @throws Error for a folder that is missing or holds no dataset
 */
export async function listDatasets(folder: string): Promise<DatasetFolder[]> {
  const datasets: DatasetFolder[] = [];
  for (const type of await subfolders(folder)) {
    for (const name of await subfolders(`${folder}/${type}`)) {
      const path = `${folder}/${type}/${name}`;
      if (await isFile(`${path}/labels.json`)) datasets.push({ type, name, path });
    }
  }
  if (datasets.length > 0) return datasets;
  throw new Deno.errors.NotFound(
    `Cannot load the benchmark folder ${folder}: it holds no dataset; folders like TC/agnews with train.json, ` +
      "test.json and labels.json are needed.",
  );
}

/** The labels of a dataset. Throws a TypeError for anything but a list of different texts. */
export async function readLabels(dataset: DatasetFolder): Promise<string[]> {
  const path = `${dataset.path}/labels.json`;
  const labels = await readJsonFile(path);
  const isList = Array.isArray(labels) && labels.length > 0 &&
    labels.every((label) => typeof label === "string");
  if (isList && new Set(labels).size === labels.length) return labels;
  throw new InputError(`Cannot read ${path}: it must be a list of different labels, as ["World", "Sports"].`);
}

/**
 * The rows of one split.
 *
 * @throws {InputError} for contents that are no list of `{sentence, label}`, and for a label that is not
 * among `labels` (unless told otherwise); both name the file and the row, counted from 1
 */
export async function readRows(
  dataset: DatasetFolder,
  split: "train" | "dev" | "test",
  options: { readonly labels: readonly string[]; readonly unknownLabels: UnknownLabels },
): Promise<SampleRow[]> {
  const path = `${dataset.path}/${split}.json`;
  const rows = await readJsonFile(path);
  if (!Array.isArray(rows)) {
    throw new InputError(`Cannot read ${path}: it must be a list of rows {"sentence": …, "label": …}.`);
  }
  return rows.filter((row, index) => {
    if (typeof row?.sentence !== "string" || typeof row?.label !== "string") {
      throw new InputError(
        `Cannot read ${path}: row ${index + 1} must have the texts "sentence" and "label", but is ` +
          `${JSON.stringify(row).slice(0, 80)}.`,
      );
    }
    if (options.labels.includes(row.label)) return true;
    if (options.unknownLabels !== "throw") return options.unknownLabels === "keep";
    throw new InputError(
      `Cannot use ${path}: row ${index + 1} has the label "${row.label}", which is not in labels.json ` +
        `(${
          options.labels.join(", ")
        }); correct it, or set unknownLabels to drop (such rows are left out) or keep.`,
    );
  });
}

async function subfolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (!entry.isFile && !entry.name.startsWith(".")) names.push(entry.name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) return [];
    const reason = error instanceof Deno.errors.NotFound
      ? "there is no such folder"
      : (error as Error).message;
    throw new InputError(`Cannot load the benchmark folder ${folder}: ${reason}.`, { cause: error });
  }
  return names.sort();
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
