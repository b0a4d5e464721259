import { assertEquals, assertThrows } from "@std/assert";
import {
  ReplicaGroup,
  type ReplicaSeat,
  replicaSeats,
  ReplicasEnded,
} from "../../lib/continual/replicas/replica_group.ts";
import { summand, type Sums } from "./summing_worker.ts";

/** A thread that adds up arrays of these lengths; its sums, and how it is ended. */
function start(seat: ReplicaSeat, lengths: readonly number[]) {
  const worker = new Worker(import.meta.resolve("./summing_worker.ts"), { type: "module" });
  const sums = new Promise<Float32Array[]>((resolve) => worker.onmessage = ({ data }) => resolve(data));
  worker.postMessage({ seat, lengths } satisfies Sums);
  return { sums, [Symbol.dispose]: () => worker.terminate() };
}

function assertSame(found: Float32Array, expected: Float32Array): void {
  assertEquals(found.length, expected.length);
  assertEquals(found.findIndex((value, i) => value !== expected[i]), -1);
}

Deno.test("threads add up arrays of any length, to the same float32 sums in the order of their ranks", async () => {
  const lengths = [1, 33, 2 ** 18 + 7, ...Array(200).fill(5)];
  const [own, ...others] = replicaSeats(3);
  using one = start(others[0], lengths);
  using two = start(others[1], lengths);
  const group = new ReplicaGroup(own);
  const sums = lengths.map((length, round) => {
    const values = summand(0, round, length);
    group.allReduce(values);
    return values;
  });
  for (const [round, length] of lengths.entries()) {
    const [a, b, c] = [0, 1, 2].map((rank) => summand(rank, round, length));
    assertSame(sums[round], a.map((value, i) => Math.fround(Math.fround(value + b[i]) + c[i])));
  }
  for (const other of [await one.sums, await two.sums]) {
    other.forEach((sum, round) => assertSame(sum, sums[round]));
  }
});

Deno.test("who waits for a thread that has ended is told, after the sums that are complete", () => {
  const [own, other] = replicaSeats(2);
  using _ = start(other, [3, 3]);
  const group = new ReplicaGroup(own);
  for (let round = 0; round < 2; round++) group.allReduce(new Float32Array(3));
  assertThrows(() => group.allReduce(new Float32Array(3)), ReplicasEnded, "has ended");
});

Deno.test("who never answers is given up, which ends the others too", () => {
  const seats = replicaSeats(3);
  const [own, other] = seats.map((seat) => new ReplicaGroup(seat, 20));
  assertThrows(() => own.allReduce(new Float32Array(1)), Error, "has not answered for 0.02 seconds");
  assertThrows(() => other.allReduce(new Float32Array(1)), ReplicasEnded);
});
