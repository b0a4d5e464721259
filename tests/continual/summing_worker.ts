/** A thread of `replica_group_test.ts`: adds up arrays with the others, and ends the group. @module */
import { ReplicaGroup, type ReplicaSeat } from "../../lib/continual/replicas/replica_group.ts";

/** Which arrays to add up, one after the other. */
export interface Sums {
  readonly seat: ReplicaSeat;
  readonly lengths: readonly number[];
}

/** The array that a replica adds as its `round`th: numbers whose sums depend on their order. */
export function summand(rank: number, round: number, length: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1 + i + 7 * round) * 10 ** (3 * rank));
}

const home = self as unknown as MessagePort;

if (typeof home.postMessage === "function") {
  home.onmessage = ({ data: { seat, lengths } }: MessageEvent<Sums>) => {
    const group = new ReplicaGroup(seat);
    const sums = lengths.map((length, round) => {
      const values = summand(seat.rank, round, length);
      group.allReduce(values);
      return values;
    });
    group.end();
    home.postMessage(sums);
  };
}
