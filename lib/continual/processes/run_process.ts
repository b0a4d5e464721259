/**
 * A process that carries out runs, one at a time, for the process that started it: orders come on stdin, reports go
 * to stdout. It ends when stdin does, so it does not outlive whoever ordered.
 *
 * @module
 */
import { openGpu } from "../../gpu/gpu.ts";
import { type Experiment, planOf } from "../experiment.ts";
import { openExperiment } from "../open_experiment.ts";
import { methodOf } from "../methods/methods.ts";
import { performRun } from "../perform_run.ts";
import { progressOf } from "../run_progress.ts";
import { encodeLine, errorValue, type Order, readLines, type Report, type Setting } from "./messages.ts";

/** Exit code of a program that SIGTERM ended: 128 and its number. */
const TERMINATED = 143;

type RunOrder = Extract<Order, { kind: "run" }>;

/** The orders that have come and are not carried out yet; stopping is seen while a run goes on. */
class Orders {
  readonly #controller = new AbortController();
  readonly #waiting: (RunOrder | null)[] = [];
  #wake = () => {};

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async listen(lines: AsyncGenerator<Setting | Order>): Promise<void> {
    for await (const order of lines as AsyncGenerator<Order>) {
      if (order.kind === "stop") this.stop();
      else this.#add(order);
    }
    this.stop();
    this.#add(null);
  }

  stop(): void {
    this.#controller.abort();
  }

  /** The next run, or null when there will be none. */
  async next(): Promise<RunOrder | null> {
    while (this.#waiting.length === 0) await new Promise<void>((resolve) => this.#wake = resolve);
    return this.#waiting.shift()!;
  }

  #add(order: RunOrder | null): void {
    this.#waiting.push(order);
    this.#wake();
  }
}

async function main(): Promise<void> {
  const lines = readLines<Setting | Order>(Deno.stdin.readable);
  const setting = (await lines.next()).value as Setting;
  const orders = new Orders();
  // Ctrl-C in a terminal reaches all processes of the group: this one then stops as it is told to, or at a second one.
  Deno.addSignalListener("SIGINT", () => orders.signal.aborted ? Deno.exit(130) : orders.stop());
  let isTerminated = false;
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", () => {
      isTerminated = true;
      orders.stop();
    });
  }
  const listening = orders.listen(lines);
  let experiment: Experiment | null = null;
  using owned = new DisposableStack();
  for (let order = await orders.next(); order; order = await orders.next()) {
    try {
      if (!experiment) {
        const gpu = owned.use(
          await openGpu({ device: setting.software ? "software" : "auto", threads: "one" }),
        );
        experiment = await openExperiment(gpu, setting.source);
      }
      report({
        kind: "ended",
        folder: await perform(experiment, order, { ...setting, signal: orders.signal }),
      });
    } catch (error) {
      // Nobody stopped the others: they go on, and this run is told as cut off.
      if (isTerminated) Deno.exit(TERMINATED);
      report({ kind: "failed", error: errorValue(error) });
    }
  }
  await listening;
}

async function perform(
  experiment: Experiment,
  order: RunOrder,
  { out, fresh, probeEvery, signal }: Setting & { readonly signal: AbortSignal },
): Promise<string> {
  const plan = planOf(experiment, methodOf(order.method), order.seed);
  const { run } = await performRun(plan, {
    out,
    fresh,
    probeEvery,
    signal,
    onEvent: (event) => {
      const progress = progressOf(event);
      if (progress) report({ kind: "progress", progress });
    },
  });
  return run.folder;
}

function report(value: Report): void {
  const bytes = encodeLine(value);
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}

if (import.meta.main) {
  await main();
  Deno.exit(0);
}
