/** The weights of a model folder, in one file or in several. @module */
import { InputError } from "../errors/input_error.ts";
import { createHash } from "node:crypto";
import { elementCount, type Shape } from "../tensor/shape.ts";
import { readJson } from "./model_files.ts";
import { SafetensorsFile } from "./safetensors_file.ts";

/** Something that stored tensors can be read from. */
export interface WeightSource {
  /** Where the tensors are stored, for messages. */
  readonly path: string;
  /** Whether there is a tensor of this name. */
  has(name: string): boolean;
  /** The shape of a tensor. */
  shapeOf(name: string): Shape;
  /** Fills an array with the elements of a tensor from the `start`-th on, as float32. */
  readInto(name: string, target: Float32Array<ArrayBuffer>, options?: { readonly start?: number }): void;
}

/** Options of {@linkcode openCheckpoint}. */
export interface CheckpointOptions {
  /** Whether reading refuses NaN and infinities. Default true. */
  readonly finite?: boolean;
}

/** The open files of a model, of which only what is asked for is read. */
export class Checkpoint implements WeightSource, Disposable {
  readonly path: string;
  /** The names of all tensors, in the order in which they are stored. */
  readonly names: readonly string[];
  readonly #files: readonly SafetensorsFile[];
  readonly #fileOf: ReadonlyMap<string, SafetensorsFile>;
  readonly #finite: boolean;

  /** Use {@linkcode openCheckpoint}. */
  constructor(path: string, files: readonly SafetensorsFile[], options: CheckpointOptions = {}) {
    this.path = path;
    this.#files = files;
    this.#finite = options.finite ?? true;
    const fileOf = new Map<string, SafetensorsFile>();
    for (const file of files) {
      for (const name of file.places.keys()) {
        const other = fileOf.get(name);
        if (other) {
          throw new Deno.errors.InvalidData(`Tensor "${name}" is both in ${other.path} and in ${file.path}.`);
        }
        fileOf.set(name, file);
      }
    }
    this.#fileOf = fileOf;
    this.names = [...fileOf.keys()];
  }

  has(name: string): boolean {
    return this.#fileOf.has(name);
  }

  shapeOf(name: string): Shape {
    return this.#placed(name).places.get(name)!.shape;
  }

  /** The element type of a tensor, as safetensors names it: F32, F16, BF16, … */
  typeOf(name: string): string {
    return this.#placed(name).places.get(name)!.dtype;
  }

  /**
   * A tensor's elements as float32, row by row.
   *
   * @throws {InputError} when there is no such tensor
   * @throws {Deno.errors.InvalidData} for a type that does not convert, and for numbers that are not finite
   */
  read(name: string): Float32Array<ArrayBuffer> {
    const target = new Float32Array(elementCount(this.shapeOf(name)));
    this.readInto(name, target);
    return target;
  }

  readInto(
    name: string,
    target: Float32Array<ArrayBuffer>,
    options: { readonly start?: number } = {},
  ): void {
    this.#placed(name).readInto(name, target, { start: options.start, finite: this.#finite });
  }

  /** A tensor's bytes as stored, little endian. */
  readBytes(name: string): Uint8Array<ArrayBuffer> {
    return this.#placed(name).readBytes(name);
  }

  /** A hash of the files' contents, to tell models apart. Reads all of them. */
  fingerprint(): string {
    const hash = createHash("sha256");
    for (const file of this.#files) {
      for (const piece of file.pieces()) hash.update(piece);
    }
    return hash.digest("hex").slice(0, 12);
  }

  /** Closes the files. */
  [Symbol.dispose](): void {
    for (const file of this.#files) file[Symbol.dispose]();
  }

  #placed(name: string): SafetensorsFile {
    const file = this.#fileOf.get(name);
    if (!file) throw new InputError(`${this.path} holds no tensor "${name}".`);
    return file;
  }
}

/**
 * Opens the weights of a Hugging Face folder: `model.safetensors`, or the shards that `model.safetensors.index.json`
 * lists. Only headers are read; the caller closes the files (`using`).
 *
 * @param folder of the model
 * @throws {Deno.errors.NotFound} when there are no weights or a shard is missing
 * @throws {Deno.errors.InvalidData} when a file is truncated or malformed, or index and shards disagree
 *
 * @example List the weights of the embedded model
 * ```ts
 * import { models } from "gorp";
 * using checkpoint = models.openCheckpoint("data/embedded-t5");
 * for (const name of checkpoint.names.slice(0, 3)) console.log(name, checkpoint.shapeOf(name));
 * ```
 */
export function openCheckpoint(folder: string, options: CheckpointOptions = {}): Checkpoint {
  const single = `${folder}/model.safetensors`;
  const index = `${single}.index.json`;
  if (exists(single) || !exists(index)) {
    return new Checkpoint(single, [new SafetensorsFile(single)], options);
  }
  const shardOf = weightMap(index);
  const files: SafetensorsFile[] = [];
  try {
    for (const shard of [...new Set(shardOf.values())].sort()) {
      files.push(new SafetensorsFile(`${folder}/${shard}`));
    }
    const checkpoint = new Checkpoint(index, files, options);
    for (const [name, shard] of shardOf) {
      if (!files.some((file) => file.path === `${folder}/${shard}` && file.places.has(name))) {
        throw new Deno.errors.InvalidData(
          `${index} says that ${shard} holds tensor "${name}", which it does not.`,
        );
      }
    }
    return checkpoint;
  } catch (error) {
    for (const file of files) file[Symbol.dispose]();
    throw error;
  }
}

/** File names by tensor names. */
function weightMap(path: string): Map<string, string> {
  const { weight_map: map } = readJson(path);
  const entries = Object.entries(map !== null && typeof map === "object" ? map : {});
  if (entries.length === 0 || entries.some(([, shard]) => !isFileName(shard))) {
    throw new Deno.errors.InvalidData(
      `${path} must have a "weight_map" from tensor names to names of files beside it.`,
    );
  }
  return new Map(entries);
}

function isFileName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !/[/\\]|^\.\.?$/.test(value);
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
