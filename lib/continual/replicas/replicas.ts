/** The other replicas of a run, seen from the first one. @module */
import { InputError } from "../../errors/input_error.ts";
import type { Checkpoint } from "../checkpoint.ts";
import { canBeRemade } from "../methods/methods.ts";
import { partSize } from "../micro_batches.ts";
import { errorOf } from "../processes/messages.ts";
import { runConfiguration } from "../run_configuration.ts";
import type { SequencePlan } from "../sequence_state.ts";
import { coreShare, keepToCores } from "./core_share.ts";
import type { ReplicaOrder, ReplicaReport } from "./messages.ts";
import { ReplicaGroup, replicaSeats, ReplicasEnded } from "./replica_group.ts";

/** How long a replica may take to end by itself, in milliseconds, before it is ended. */
const GRACE = 2000;

/**
 * Starts the threads that train along with this one, as many as there shall be replicas but one; null where that is one.
 *
 * @param options.replicas how many there shall be
 * @param options.from the state that the run begins with, if it is not the first
 * @throws {InputError} when other threads cannot open the same run, or a batch cannot be cut for them
 */
export function startReplicas(
  plan: SequencePlan,
  { replicas, from }: { readonly replicas: number; readonly from: Checkpoint | null },
): Replicas | null {
  const { source, method, training, seed, model: { gpu } } = plan;
  const { microBatches = 1 } = training;
  if (replicas === 1) return null;
  partSize(partSize(training.batchSize, microBatches), replicas);
  if (!source || !canBeRemade(method)) {
    throw new InputError(
      `replicas=${replicas} needs an experiment and a method that another thread can make again, as it can those of ` +
        "embeddedExperiment, textExperiment and gorp; this run is not of that kind.",
    );
  }
  const { runId } = runConfiguration(plan);
  const shared = { source, training, seed, from, runId, method: method.choice!, software: gpu.software };
  const [own, ...others] = replicaSeats(replicas);
  const orders = others.map((seat) => ({ ...shared, seat, cores: coreShare(seat.rank, replicas) }));
  return new Replicas(new ReplicaGroup(own), orders, gpu.threadIds);
}

/** Thrown where a replica could not open the run: nothing has been trained yet. */
export class ReplicaNotReady extends Error {
  override readonly name = "ReplicaNotReady";
}

/**
 * Threads that train along; disposing ends them. Each has cores of its own meanwhile, as have the one that starts them
 * and those of its device's driver.
 */
export class Replicas implements AsyncDisposable {
  readonly #threads: readonly Thread[];
  readonly #driverThreads: readonly number[];

  constructor(
    readonly group: ReplicaGroup,
    orders: readonly ReplicaOrder[],
    driverThreads: readonly number[] = [],
  ) {
    this.#driverThreads = driverThreads;
    this.#threads = orders.map((order) => new Thread(order, group));
    keepToCores(coreShare(group.rank, group.size), driverThreads);
  }

  /**
   * Waits until all have opened their experiments, or the signal tells to stop.
   *
   * @throws {ReplicaNotReady} what one of them failed with
   */
  async ready(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return;
    const { promise: stopped, resolve } = Promise.withResolvers<void>();
    const stop = () => resolve();
    signal?.addEventListener("abort", stop);
    try {
      await Promise.race([stopped, Promise.all(this.#threads.map(({ opened }) => opened))]);
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /** The reason of an error: where that is the end of a replica, what it failed with. */
  async reasonOf(error: unknown): Promise<unknown> {
    if (!(error instanceof ReplicasEnded)) return error;
    await Promise.race(this.#threads.map(({ ended }) => ended));
    return this.#threads.find(({ failure }) => failure !== null)?.failure ?? error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.group.end();
    await Promise.all(this.#threads.map((thread) => thread.finish()));
    keepToCores(coreShare(0, 1), this.#driverThreads);
  }
}

/** One of the threads. */
class Thread {
  readonly opened: Promise<void>;
  readonly ended: Promise<void>;
  /** What went wrong, as one sentence. */
  failure: Error | null = null;
  readonly #worker: Worker;

  constructor(order: ReplicaOrder, group: ReplicaGroup) {
    const opened = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    opened.promise.catch(() => {}); // told to whoever waits for it
    [this.opened, this.ended] = [opened.promise, ended.promise];
    const fail = (cause: Error) => {
      const text = `Replica ${order.seat.rank + 1} of the run failed: ${cause.message}`;
      this.failure = new Error(text, { cause });
      opened.reject(new ReplicaNotReady(text, { cause }));
      ended.resolve();
      group.end();
    };
    this.#worker = new Worker(import.meta.resolve("./replica_worker.ts"), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<ReplicaReport>) => {
      if (data.kind === "opened") opened.resolve();
      else if (data.kind === "ended") ended.resolve();
      else fail(errorOf(data.error));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      fail(new Error(event.message));
    };
    this.#worker.postMessage(order);
  }

  /** Waits for the end, but not for long. */
  async finish(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, GRACE);
    await Promise.race([this.ended, late]);
    clearTimeout(timer);
    this.#worker.terminate();
  }
}
