/** Golden cases: numbers from elsewhere that the kit must reproduce, a folder each. @module */
import { readJson } from "../models/model_files.ts";
import { readSafetensors, type StoredTensor } from "../models/safetensors.ts";

/** How far results may be from the expected ones: `max|got − want| ≤ abs + rel · max|want|`. */
export interface Tolerance {
  readonly abs: number;
  readonly rel: number;
  /** Pairs for tensors whose name up to the first dot is the key. */
  readonly per?: Readonly<Record<string, { readonly abs: number; readonly rel: number }>>;
}

/** What `case.json` holds. */
export interface CaseRecord {
  readonly kind: string;
  readonly name: string;
  // deno-lint-ignore no-explicit-any -- every kind of case has its own switches
  readonly config: any;
  readonly tolerance: Tolerance;
}

/** A golden case in memory. */
export class GoldenCase {
  /** Use {@linkcode readGoldenCase}. */
  constructor(
    readonly folder: string,
    readonly record: CaseRecord,
    readonly tensors: ReadonlyMap<string, StoredTensor>,
  ) {}

  /** The switches of the case. */
  get config(): CaseRecord["config"] {
    return this.record.config;
  }

  /** Whether the case has a tensor. */
  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /**
   * A tensor of the case.
   *
   * @throws {Deno.errors.InvalidData} when there is none of this name
   */
  tensor(name: string): StoredTensor {
    const found = this.tensors.get(name);
    if (found) return found;
    throw new Deno.errors.InvalidData(`${this.folder} has no tensor "${name}", which its kind needs.`);
  }

  /** The elements of a tensor as float32. */
  floats(name: string): Float32Array<ArrayBuffer> {
    const { data } = this.tensor(name);
    return data instanceof Float32Array ? data : Float32Array.from(data);
  }

  /** The elements of a tensor as int32. */
  integers(name: string): Int32Array<ArrayBuffer> {
    const { data } = this.tensor(name);
    return data instanceof Int32Array ? data : Int32Array.from(data);
  }
}

/**
 * Reads the case in a folder: `case.json` and, where there is one, `tensors.safetensors`.
 *
 * @throws {Error} one sentence naming the file that is missing or malformed
 */
export function readGoldenCase(folder: string): GoldenCase {
  const path = `${folder}/case.json`;
  const { kind, name, config, tolerance } = readJson(path);
  if (typeof kind !== "string" || typeof name !== "string") {
    throw new Deno.errors.InvalidData(`${path} must name its "kind" and its "name".`);
  }
  if (!isObject(config)) throw new Deno.errors.InvalidData(`${path} must have an object "config".`);
  if (!isTolerance(tolerance)) {
    throw new Deno.errors.InvalidData(`${path} must have a "tolerance" with the numbers "abs" and "rel".`);
  }
  const tensors = `${folder}/tensors.safetensors`;
  return new GoldenCase(
    folder,
    { kind, name, config, tolerance },
    isFile(tensors) ? readSafetensors(tensors) : new Map(),
  );
}

function isTolerance(value: unknown): value is Tolerance {
  if (!isObject(value) || !isPair(value)) return false;
  return value.per === undefined || isObject(value.per) && Object.values(value.per).every(isPair);
}

function isPair(value: unknown): boolean {
  return isObject(value) && [value.abs, value.rel].every((bound) => typeof bound === "number" && bound >= 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
