/**
 * Times a training step of a small network beside jax-js and TensorFlow.js: three layers of 256×256 with
 * rectifiers between, a batch of 256 rows, cross-entropy over 256 classes, Adam, the loss read each step.
 *
 * Run with `./gorp bench mlp`. The libraries take turns, so that a busy machine slows all alike; all start from
 * the same weights, and their losses after some steps must agree.
 */
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { Mlp } from "./mlp.ts";
import { COMPARED_STEP, mlpProblem } from "./mlp_problem.ts";
import { measurePeer, type PeerMeasurement, PEERS } from "./peers/javascript_peers.ts";
import { median } from "./peers/torch_peer.ts";

const ROUNDS = 3;
const SECONDS = 2;
/** Relative; the libraries add up in different orders. */
const TOLERANCE = 1e-3;

function measureOwn(gpu: Gpu): PeerMeasurement & { readonly dispatches: number } {
  using mlp = new Mlp(gpu, mlpProblem());
  let loss = NaN;
  for (let t = 1; t <= COMPARED_STEP; t++) loss = mlp.step();
  const times: number[] = [];
  for (const end = performance.now() + 1000 * SECONDS; performance.now() < end;) {
    const start = performance.now();
    mlp.step();
    times.push(performance.now() - start);
  }
  return { loss, times: { mlp: times }, dispatches: mlp.dispatches };
}

if (import.meta.main) {
  using gpu = await openGpu();
  const own: PeerMeasurement[] = [];
  const peers = PEERS.map((name) => ({ name, found: [] as PeerMeasurement[], missing: false }));
  let dispatches = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const measured = measureOwn(gpu);
    own.push(measured);
    dispatches = measured.dispatches;
    for (const peer of peers) {
      if (peer.missing) continue;
      const found = await measurePeer(peer.name, "mlp");
      if (found) peer.found.push(found);
      else peer.missing = true;
    }
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  console.log(`ms a step (${dispatches} launches)`.padEnd(28) + "      best    median      loss");
  const rows = [
    { label: "GORP", found: own },
    ...peers.map(({ name, found }) => ({ label: `${name.library} ${name.backEnd}`, found })),
  ];
  for (const { label, found } of rows.filter(({ found }) => found.length > 0)) {
    const times = found.flatMap(({ times }) => times.mlp);
    const columns = [Math.min(...times).toFixed(2), median(times).toFixed(2), found[0].loss!.toFixed(4)];
    console.log(label.padEnd(28) + columns.map((column) => column.padStart(10)).join(""));
    const difference = Math.abs(found[0].loss! / own[0].loss! - 1);
    if (!(difference < TOLERANCE)) console.log(`  the loss differs by ${(100 * difference).toFixed(2)} %`);
  }
}
