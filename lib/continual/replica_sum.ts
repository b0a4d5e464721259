/** Adding up tensors over the replicas of a run. @module */
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";

/** One of several that carry out the same run, each on a part of every step's rows. */
export interface Replica {
  /** From 0. */
  readonly rank: number;
  /** How many there are. */
  readonly size: number;
  /** Replaces an array by its sum over all replicas, which call this in the same order; waits for them. */
  allReduce(values: Float32Array): void;
}

/**
 * Replaces tensors by their sums over all replicas, which wait for each other once: all of them travel in one array, so
 * that the device is read once and written once.
 */
export class ReplicaSum implements Disposable {
  readonly #replica: Replica;
  /** The tensors, each with its part of the array. */
  readonly #parts: readonly { readonly tensor: Tensor; readonly part: Tensor }[];
  readonly #all: Tensor;

  /** @param tensors the same at every sum */
  constructor(replica: Replica, tensors: readonly Tensor[]) {
    const [{ gpu }] = tensors;
    this.#replica = replica;
    const all = this.#all = zeros(gpu, [tensors.reduce((sum, { size }) => sum + size, 0)]);
    let first = 0;
    this.#parts = tensors.map((tensor) => {
      const part = all.view([tensor.size], first);
      first += tensor.size;
      return { tensor, part };
    });
  }

  /** Adds up what the tensors hold now. */
  run(): void {
    for (const { tensor, part } of this.#parts) copyInto(tensor, part);
    const values = this.#all.readFloats();
    this.#replica.allReduce(values);
    this.#all.write(values);
    for (const { tensor, part } of this.#parts) copyInto(part, tensor);
  }

  /** Releases the array. */
  [Symbol.dispose](): void {
    this.#all.dispose();
  }
}
