/** The largest pieces of memory that a kernel reaches at once, by what they are for. @module */
import type { MemoryMeter } from "../gpu/memory_meter.ts";
import type { Tensor } from "./tensor.ts";

/** A storage buffer of which a kernel binds a part: adapters limit both. */
export interface MemoryPiece<Part extends string = string> {
  readonly part: Part;
  /** Bytes that are bound at once. */
  readonly binding: number;
  /** Bytes of the whole buffer. */
  readonly buffer: number;
  /** The stored tensors in it, where it is a weight. */
  readonly names: readonly string[];
}

/** Tensors whose buffers are known to be for a part. */
export interface KnownTensors<Part extends string> {
  readonly part: Part;
  readonly tensors: readonly Tensor[];
  /** The stored tensors in each; none by default. */
  readonly names?: readonly (readonly string[])[];
}

/** Watches what kernels bind, phase by phase. */
export class PieceWatch<Part extends string> implements Disposable {
  readonly #memory: MemoryMeter;
  readonly #bound = new Map<number, { binding: number; readonly buffer: number; readonly phase: Part }>();

  /** @param phase what buffers that belong to nothing known are for, until {@linkcode PieceWatch.phase} changes */
  constructor(memory: MemoryMeter, public phase: Part) {
    this.#memory = memory;
    memory.onBinding = ({ id, size }, bytes) => {
      const bound = this.#bound.get(id);
      if (bound) bound.binding = Math.max(bound.binding, bytes);
      else this.#bound.set(id, { binding: bytes, buffer: size, phase: this.phase });
    };
  }

  /** The largest piece of each part, the largest first. */
  largest(known: readonly KnownTensors<Part>[]): MemoryPiece<Part>[] {
    const owners = new Map<number, { readonly part: Part; readonly names: readonly string[] }>();
    for (const { part, tensors, names } of known) {
      tensors.forEach(({ buffer }, i) => owners.set(buffer.id, { part, names: names?.[i] ?? [] }));
    }
    const pieces = [...this.#bound].map(([id, { binding, buffer, phase }]) => {
      const { part = phase, names = [] } = owners.get(id) ?? {};
      return { part, binding, buffer, names };
    }).sort((a, b) => b.binding - a.binding);
    return pieces.filter(({ part }, i) => pieces.findIndex((other) => other.part === part) === i);
  }

  /** Ends the watch. */
  [Symbol.dispose](): void {
    this.#memory.onBinding = null;
  }
}
