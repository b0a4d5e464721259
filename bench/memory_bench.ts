/**
 * Watches buffers and memory while the default model trains with B+L+S: 2,000 steps of one task, then six whole
 * runs one after the other in the same process, whose steps are recorded anew for every task. The first half of each
 * is for warming up: JavaScript's heap takes its time to find its size.
 *
 * Run with `./gorp bench memory`, or `deno run -A bench/memory_bench.ts --model DIR`. Fails when the second half grows.
 */
import { embeddedExperiment } from "../lib/continual/embedded_experiment.ts";
import type { Experiment } from "../lib/continual/experiment.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import { runSequence } from "../lib/continual/run_sequence.ts";
import type { SequencePlan } from "../lib/continual/sequence_state.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { baseModel } from "./base_model.ts";

const STEPS = 2000;
const SHOWN = 200;
const RUNS = 6;
/** Share by which the resident memory may differ from one measurement to another. */
const NOISE = 0.02;
const MEGABYTE = 2 ** 20;

interface Usage {
  readonly buffers: number;
  readonly pool: number;
  readonly resident: number;
  readonly heap: number;
}

function usageOf(gpu: Gpu): Usage {
  const { rss, heapUsed } = Deno.memoryUsage();
  return {
    ...{ buffers: gpu.liveBuffers, pool: gpu.bytes / MEGABYTE },
    ...{ resident: rss / MEGABYTE, heap: heapUsed / MEGABYTE },
  };
}

function print(label: string, { buffers, pool, resident, heap }: Usage): void {
  const megabytes = [pool, resident, heap].map((value) => value.toFixed(1).padStart(12));
  console.log(label.padEnd(20) + `${buffers}`.padStart(12) + megabytes.join(""));
}

function planOf({ model, suite, training }: Experiment, steps: number): SequencePlan {
  return { model, suite: suite(1), method: gorp(), training: { ...training, steps }, seed: 1 };
}

/** The usage every so many steps of one task. */
function withinTask(gpu: Gpu, experiment: Experiment): Usage[] {
  const usages: Usage[] = [];
  for (const event of runSequence(planOf(experiment, STEPS))) {
    if (event.kind === "taskEnded") break;
    if (event.kind !== "steps" || event.task !== 1) continue;
    const step = event.first + event.losses.length - 1;
    if (step % SHOWN !== 0) continue;
    usages.push(usageOf(gpu));
    print(`step ${step}`, usages.at(-1)!);
  }
  return usages;
}

/** The usage after each of several runs. */
function acrossRuns(gpu: Gpu, experiment: Experiment): Usage[] {
  return Array.from({ length: RUNS }, (_, run) => {
    for (const _event of runSequence(planOf(experiment, experiment.training.steps))); // only runs
    const usage = usageOf(gpu);
    print(`run ${run + 1}`, usage);
    return usage;
  });
}

/** Whether the end is above the middle. */
function hasGrown(usages: readonly Usage[]): boolean {
  const middle = usages[usages.length / 2 - 1];
  const last = usages.at(-1)!;
  return last.buffers > middle.buffers || last.pool > middle.pool ||
    last.resident > (1 + NOISE) * middle.resident;
}

if (import.meta.main) {
  using gpu = await openGpu();
  const experiment = embeddedExperiment(gpu, { model: baseModel() });
  console.log(
    "".padEnd(20) + ["buffers", "pool/MB", "resident/MB", "heap/MB"].map((x) => x.padStart(12)).join(""),
  );
  print("before", usageOf(gpu));
  const grown = [withinTask(gpu, experiment), acrossRuns(gpu, experiment)].filter(hasGrown);
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  if (grown.length > 0) {
    console.error("Buffers or memory grow.");
    Deno.exitCode = 1;
  }
}
