/** Checkpoints on disk. @module */
import { createHash } from "node:crypto";
import { writeFileAtomically } from "../files/atomic_file.ts";
import { encodeSafetensors, parseSafetensors } from "../models/safetensors.ts";
import type { RowCounts } from "../results/run_record.ts";
import { type Checkpoint, type StoredArray, type TaskPoint, UnusableCheckpoint } from "./checkpoint.ts";

/** What a run has recorded by a checkpoint. */
export interface Recorded {
  /** Rows of each table. */
  readonly rows: RowCounts;
  /** What the task under way has taken so far. */
  readonly seconds: number;
}

/** A checkpoint as stored. */
export interface StoredCheckpoint {
  readonly checkpoint: Checkpoint;
  /** null in files of older versions, which are of tasks that are over: the task tells which rows were there. */
  readonly recorded: Recorded | null;
}

type Floats = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
type Arrays = ReadonlyMap<string, StoredArray<Floats>>;

/**
 * Writes a checkpoint beside its place, brings it to the disk and renames it.
 *
 * @throws {Error} one sentence when it cannot be written
 */
export function saveCheckpoint(path: string, { checkpoint, recorded }: StoredCheckpoint): void {
  const { task, within, tensors, bases } = checkpoint;
  const arrays: Arrays = new Map<string, StoredArray<Floats>>([...tensors, ...bases]);
  const place = { within: JSON.stringify(within), recorded: JSON.stringify(recorded) };
  const metadata: Record<string, string> = { task: `${task}`, ...place };
  metadata.digest = digestOf(metadata, arrays);
  writeFileAtomically(path, encodeSafetensors(arrays, { metadata }));
}

/**
 * Reads a checkpoint; null when there is none.
 *
 * @throws {UnusableCheckpoint} when it is damaged
 */
export function loadCheckpoint(path: string): StoredCheckpoint | null {
  const bytes = readIfThere(path);
  if (!bytes) return null;
  try {
    return parse(bytes, path);
  } catch (error) {
    throw error instanceof UnusableCheckpoint
      ? error
      : new UnusableCheckpoint("it is damaged", { cause: error });
  }
}

function parse(bytes: Uint8Array<ArrayBuffer>, path: string): StoredCheckpoint {
  const arrays = parseSafetensors(bytes, path) as Arrays;
  const { digest, ...metadata } = metadataOf(bytes);
  const task = Number(metadata.task);
  const within: TaskPoint | null = JSON.parse(metadata.within ?? "null");
  const recorded: Recorded | null = JSON.parse(metadata.recorded ?? "null");
  const isWhole = digest === undefined ? recorded === null : digest === digestOf(metadata, arrays);
  if (!isWhole || !Number.isInteger(task) || task < (within ? 0 : 1)) {
    throw new UnusableCheckpoint("it is damaged");
  }
  const tensors = new Map<string, StoredArray<Float32Array<ArrayBuffer>>>();
  const bases = new Map<string, StoredArray<Float64Array<ArrayBuffer>>>();
  for (const [name, { shape, data }] of arrays) {
    if (data instanceof Float64Array) bases.set(name, { shape, data });
    else tensors.set(name, { shape, data });
  }
  return { checkpoint: { task, within, tensors, bases }, recorded };
}

function metadataOf(bytes: Uint8Array<ArrayBuffer>): Record<string, string> {
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))).__metadata__;
}

/** Tells a checkpoint from one in which a disk has changed something. */
function digestOf(metadata: Readonly<Record<string, string>>, arrays: Arrays): string {
  const hash = createHash("sha256").update(JSON.stringify(metadata));
  for (const [name, { shape, data }] of arrays) hash.update(JSON.stringify([name, shape])).update(data);
  return hash.digest("hex");
}

function readIfThere(path: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}
