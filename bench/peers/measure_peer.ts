/**
 * Measures one peer in a process of its own, and prints a JSON value.
 *
 * Usage: `deno run -A measure_peer.ts LIBRARY BACKEND mlp|N,N,…`, where N are the sizes of square products.
 */
import { COMPARED_STEP, mlpProblem } from "../mlp_problem.ts";
import { jaxPeer } from "./jax_peer.ts";
import type { PeerMeasurement } from "./javascript_peers.ts";
import type { Peer } from "./peer.ts";
import { tfjsPeer } from "./tfjs_peer.ts";

const OPEN: Record<string, (backEnd: string) => Promise<Peer>> = { "jax-js": jaxPeer, tfjs: tfjsPeer };
const SECONDS = 2;

/** Milliseconds of every repetition within some seconds, five at least. */
async function repeat(body: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (const end = performance.now() + 1000 * SECONDS; performance.now() < end || times.length < 5;) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return times;
}

async function trainingSteps(peer: Peer): Promise<PeerMeasurement> {
  const step = peer.mlp(mlpProblem());
  let loss = NaN;
  for (let t = 1; t <= COMPARED_STEP; t++) loss = await step();
  return { loss, times: { mlp: await repeat(step) } };
}

async function products(peer: Peer, sizes: readonly number[]): Promise<PeerMeasurement> {
  const times: Record<string, number[]> = {};
  for (const n of sizes) {
    const run = peer.products(n);
    await run(2);
    const count = Math.max(2, Math.round(1e9 / n ** 3)); // so many that waiting costs little
    times[n] = (await repeat(() => run(count))).map((time) => time / count);
  }
  return { times };
}

const [library, backEnd, task] = Deno.args;
const peer = await OPEN[library](backEnd);
const measured = task === "mlp" ? trainingSteps(peer) : products(peer, task.split(",").map(Number));
console.log(JSON.stringify(await measured));
Deno.exit();
