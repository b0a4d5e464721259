/** The thread of a replica: it trains along with the first one, tests nothing and records nothing. @module */
import { openGpu } from "../../gpu/gpu.ts";
import { planOf } from "../experiment.ts";
import { methodOf } from "../methods/methods.ts";
import { openExperiment } from "../open_experiment.ts";
import { errorValue } from "../processes/messages.ts";
import { runConfiguration } from "../run_configuration.ts";
import { runSequence } from "../run_sequence.ts";
import { keepToCores } from "./core_share.ts";
import type { ReplicaOrder, ReplicaReport } from "./messages.ts";
import { ReplicaGroup, ReplicasEnded } from "./replica_group.ts";

const home = self as unknown as MessagePort;

async function trainAlong(order: ReplicaOrder, group: ReplicaGroup): Promise<void> {
  keepToCores(order.cores);
  using gpu = await openGpu({ device: order.software ? "software" : "auto", threads: "one" });
  const experiment = await openExperiment(gpu, order.source);
  const plan = { ...planOf(experiment, methodOf(order.method), order.seed), training: order.training };
  if (runConfiguration(plan).runId !== order.runId) {
    throw new Error("It found another model or other data than the run: files were changed meanwhile.");
  }
  report({ kind: "opened" });
  for (const _ of runSequence(plan, { from: order.from ?? undefined, replica: group })) {
    if (group.isEnded) return; // also between the kernels that are compiled before the first step
  }
}

function report(value: ReplicaReport): void {
  home.postMessage(value);
}

home.onmessage = async ({ data }: MessageEvent<ReplicaOrder>) => {
  const group = new ReplicaGroup(data.seat);
  try {
    await trainAlong(data, group);
    report({ kind: "ended" });
  } catch (error) {
    report(error instanceof ReplicasEnded ? { kind: "ended" } : { kind: "failed", error: errorValue(error) });
  }
  group.end(); // after the report, so that it is there for whoever wakes up
  home.close();
};
