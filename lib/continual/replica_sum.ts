/** Adding up tensors over the replicas of a run. @module */
import { recorded } from "../tensor/recorded.ts";
import { copyInto, empty, type Tensor } from "../tensor/tensor.ts";

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
  readonly #all: Tensor;
  /** Copies the tensors into the array. */
  readonly #gather;
  /** Copies the array back. */
  readonly #scatter;

  /** @param tensors the same at every sum */
  constructor(replica: Replica, tensors: readonly Tensor[]) {
    const [{ gpu }] = tensors;
    this.#replica = replica;
    const all = this.#all = empty(gpu, [tensors.reduce((sum, { size }) => sum + size, 0)]);
    let first = 0;
    const parts = tensors.map((tensor) => {
      first += tensor.size;
      return { tensor, part: all.view([tensor.size], first - tensor.size) };
    });
    this.#gather = recorded(gpu, () => parts.forEach(({ tensor, part }) => copyInto(tensor, part)));
    this.#scatter = recorded(gpu, () => parts.forEach(({ tensor, part }) => copyInto(part, tensor)));
  }

  /** Adds up what the tensors hold now. */
  run(): void {
    this.#gather.replay();
    const values = this.#all.readFloats();
    this.#replica.allReduce(values);
    this.#all.write(values);
    this.#scatter.replay();
  }

  /** Releases the array. */
  [Symbol.dispose](): void {
    for (const part of [this.#gather, this.#scatter, this.#all]) part[Symbol.dispose]();
  }
}
