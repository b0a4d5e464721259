/** Adding up over the replicas of a run, in memory that they share. @module */

import type { Replica } from "../replica_sum.ts";

/** A replica's place among all; passes from thread to thread. */
export interface ReplicaSeat {
  readonly memory: SharedArrayBuffer;
  /** From 0. */
  readonly rank: number;
  /** Of the group. */
  readonly size: number;
}

/** Thrown where a replica waits for others of which one has ended. */
export class ReplicasEnded extends Error {
  override readonly name = "ReplicasEnded";
}

/** Floats that a replica hands over at once; longer arrays go piece by piece, so that the memory need not grow. */
const PIECE = 2 ** 18;
/** Where the floats begin, in bytes. */
const FLOATS = 64;
/** The bits of the word on which replicas wait: how often one has arrived at a meeting, and whether one has ended. */
const [ARRIVALS, ENDED] = [2 ** 31 - 1, -(2 ** 31)];
/** After so many milliseconds without an answer the first replica gives the others up. */
const PATIENCE = 300_000;

/** The seats of a new group. */
export function replicaSeats(size: number): ReplicaSeat[] {
  const memory = new SharedArrayBuffer(FLOATS + 2 * size * 4 * PIECE);
  return Array.from({ length: size }, (_, rank) => ({ memory, rank, size }));
}

/**
 * Threads that carry out the same run, each on its part of the rows, and add up what they compute (as
 * DistributedDataParallel does in PyTorch). All of them call {@linkcode ReplicaGroup.allReduce} in the same order with
 * arrays of the same lengths.
 *
 * They meet once a sum: whoever has written counts itself in and sleeps until all have. There are two sets of slots,
 * used in turns, so nobody overwrites what another still reads: who writes into a set for the second time has met, in
 * between, all who read it.
 *
 * @example A group of one
 * ```ts
 * import { continual } from "gorp";
 * const [seat] = continual.replicaSeats(1);
 * const losses = new Float32Array([0.5]);
 * new continual.ReplicaGroup(seat).allReduce(losses);
 * if (losses[0] !== 0.5) throw new Error("unexpected");
 * ```
 */
export class ReplicaGroup implements Replica {
  readonly rank: number;
  readonly size: number;
  readonly #patience: number;
  readonly #word: Int32Array<SharedArrayBuffer>;
  /** What each replica has written, in two sets. */
  readonly #slots: readonly (readonly Float32Array<SharedArrayBuffer>[])[];
  #meetings = 0;

  /** @param patience milliseconds after which the first replica gives the others up */
  constructor({ memory, rank, size }: ReplicaSeat, patience = PATIENCE) {
    this.rank = rank;
    this.size = size;
    // The others wait as long as the first one lets them: it may be testing, and ends them when it ends.
    this.#patience = rank === 0 ? patience : Infinity;
    this.#word = new Int32Array(memory, 0, 1);
    this.#slots = [0, 1].map((set) =>
      Array.from(
        { length: size },
        (_, slot) => new Float32Array(memory, FLOATS + 4 * PIECE * (set * size + slot), PIECE),
      )
    );
  }

  /**
   * Replaces an array by its sum over all replicas, added in the order of their ranks.
   *
   * @throws {ReplicasEnded} when one of them has ended
   * @throws {Error} when one of them does not answer
   */
  allReduce(values: Float32Array): void {
    for (let first = 0; first < values.length; first += PIECE) {
      this.#addUp(values.subarray(first, first + PIECE));
    }
  }

  /** Whether one of them has ended. */
  get isEnded(): boolean {
    return Atomics.load(this.#word, 0) < 0;
  }

  /** Ends the group: whoever waits for others, now or later, does so no longer. */
  end(): void {
    Atomics.or(this.#word, 0, ENDED);
    Atomics.notify(this.#word, 0);
  }

  #addUp(values: Float32Array): void {
    const slots = this.#slots[this.#meetings % 2];
    slots[this.rank].set(values);
    this.#meet();
    const [first, ...others] = slots;
    values.set(first.subarray(0, values.length));
    for (const other of others) for (let i = 0; i < values.length; i++) values[i] += other[i];
  }

  #meet(): void {
    const all = this.size * ++this.#meetings;
    let word = Atomics.add(this.#word, 0, 1) + 1;
    if ((word & ARRIVALS) === all) Atomics.notify(this.#word, 0);
    while ((word & ARRIVALS) < all) {
      if (word < 0) throw new ReplicasEnded("Another replica of the run has ended.");
      if (Atomics.wait(this.#word, 0, word, this.#patience) === "timed-out") {
        this.end();
        throw new Error(`A replica of the run has not answered for ${this.#patience / 1000} seconds.`);
      }
      word = Atomics.load(this.#word, 0);
    }
  }
}
