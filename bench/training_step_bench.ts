/**
 * Times the training step of the default experiment, variant by variant, beside PyTorch.
 *
 * Run with `./gorp bench training_step`, or `deno run -A bench/training_step_bench.ts [--profile] [variant …]`.
 * With `GORP_PYTHON` set to a Python that has PyTorch, `peers/torch_step.py`, written by hand, runs in turn with every
 * round, and with `GORP_SHARED` a plain model of PyTorch's modules too. `--profile` prints the milliseconds a step
 * spends in each kernel instead; every launch then has a pass of its own.
 *
 * A time is the mean over ten steps, one refresh of the projections included, since that is their period. "Two replicas",
 * threads with half of the rows each, are what `./gorp run` has by default; `./gorp ablate` has one thread a run.
 */
import { type Profile, VARIANTS } from "../lib/continual/methods/gorp_options.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { type PeerTime, TorchModulesPeer } from "./peers/torch_modules_peer.ts";
import { median, TorchPeer } from "./peers/torch_peer.ts";
import { ReplicatedSubjects } from "./replicated_subjects.ts";
import { STEPS, Subject } from "./step_subject.ts";

const ROUNDS = 5;
const REPLICAS = 2;
const PROFILES: readonly Profile[] = ["aligned", "covariance"];

function printProfile(gpu: Gpu, subject: Subject): void {
  const profiler = gpu.startProfiling();
  subject.run();
  const lines = profiler.report();
  gpu.stopProfiling();
  console.log(`\n${subject.profile} ${subject.variant}: ${subject.step.dispatches} launches a step`);
  console.log("kernel, grid".padEnd(44) + "launches   ms a step   fastest launches");
  let [total, least] = [0, 0];
  for (const { kernel, grid, count, milliseconds, fastest } of lines) {
    const times = [milliseconds, count * fastest].map((time) => (time / STEPS).toFixed(3).padStart(12));
    console.log(`${kernel} ${grid}`.padEnd(44) + (count / STEPS).toFixed(1).padStart(8) + times.join(""));
    total += milliseconds / STEPS;
    least += count * fastest / STEPS;
  }
  console.log("total".padEnd(52) + [total, least].map((time) => time.toFixed(3).padStart(12)).join(""));
}

function timeOf(times: readonly number[]): PeerTime {
  return { best: Math.min(...times), median: median(times) };
}

if (import.meta.main) {
  const variants = VARIANTS.filter((variant) =>
    Deno.args.includes(variant) || !Deno.args.some((argument) => !argument.startsWith("-"))
  );
  const choices = PROFILES.flatMap((profile) => variants.map((variant) => ({ profile, variant })));
  using gpu = await openGpu({ threads: "one" });
  const subjects = choices.map(({ profile, variant }) => new Subject(gpu, profile, variant));
  subjects.forEach((subject) => subject.run()); // compiles, fills caches
  if (Deno.args.includes("--profile")) {
    subjects.forEach((subject) => printProfile(gpu, subject));
    Deno.exit();
  }
  using replicated = new ReplicatedSubjects(choices, REPLICAS);
  await replicated.run();
  const [python, shared] = ["GORP_PYTHON", "GORP_SHARED"].map((name) => Deno.env.get(name));
  const byHand = python ? new TorchPeer(python) : null;
  const modules = python && shared ? new TorchModulesPeer(python, `${shared}/peers/torch_step.py`) : null;
  for (const { times } of [...subjects, ...replicated.subjects]) times.length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    subjects.forEach((subject) => subject.run());
    await replicated.run();
    byHand?.run(variants);
    modules?.run(variants);
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  const columns = [
    "one thread",
    "two replicas",
    ...(modules ? ["modules"] : []),
    ...(byHand ? ["by hand"] : []),
  ];
  console.log("ms a step, best / median".padEnd(26) + columns.map((column) => column.padStart(16)).join(""));
  for (const [i, { profile, variant }] of choices.entries()) {
    const times = [timeOf(subjects[i].times), timeOf(replicated.subjects[i].times)];
    if (modules) times.push(modules.best(variant));
    if (byHand) times.push(byHand.best(profile, variant));
    const cells = times.map(({ best, median }) => `${best.toFixed(2)} / ${median.toFixed(2)}`.padStart(16));
    console.log(`${profile} ${variant}`.padEnd(26) + cells.join(""));
  }
  subjects.forEach((subject) => subject[Symbol.dispose]());
}
