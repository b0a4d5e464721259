/** Following a comparison on the command line. @module */
import type { ComparedRun } from "../continual/experiment.ts";
import type { RunEvent } from "../continual/run_sequence.ts";
import { averagePerformance } from "../results/metrics.ts";
import { ProgressLine } from "./progress_line.ts";

/** What is to be done. */
export interface ComparisonSize {
  readonly runs: number;
  readonly tasks: number;
  /** Steps a task. */
  readonly steps: number;
}

/** One progress line for a comparison, and a line that stays for every finished run. */
export class ComparisonProgress implements Disposable {
  readonly #size: ComparisonSize;
  readonly #line: ProgressLine;
  readonly #runSteps: number;
  readonly #warned = new Set<string>();
  #loss = NaN;

  constructor(size: ComparisonSize) {
    this.#size = size;
    this.#runSteps = size.tasks * size.steps;
    this.#line = new ProgressLine(size.runs * this.#runSteps);
  }

  /** To be called as a run begins and ends. */
  readonly onRun = ({ method, seed, index, done }: ComparedRun): void => {
    if (!done) return this.#update(index, 0, `${method.label}, seed ${seed}`);
    const { run, reused } = done;
    if (reused) this.#line.skip(this.#runSteps);
    const ap = averagePerformance(run.accuracyMatrix());
    const result = run.record.status === "diverged"
      ? "diverged: its loss stopped being finite"
      : `average performance ${ap === null ? "–" : (100 * ap).toFixed(1)} %`;
    const count = `${index + 1}/${this.#size.runs}`.padStart(5);
    this.#line.print(`${count}  ${method.label}, seed ${seed}: ${result}${reused ? " (reused)" : ""}`);
  };

  /** To be called for every event of a run. */
  readonly onEvent = ({ method, seed, index }: ComparedRun, event: RunEvent): void => {
    if (event.kind === "warning") return this.#warn(event.text);
    if (event.kind === "diverged" || event.kind === "taskEnded") return;
    if (event.kind === "steps") this.#loss = event.losses.at(-1)!;
    const { tasks, steps } = this.#size;
    const task = event.kind === "tested" ? event.afterTask : event.task - 1;
    const step = event.kind === "steps" ? event.first + event.losses.length - 1 : 0;
    const where = event.kind === "tested"
      ? `testing after task ${event.afterTask}`
      : `task ${event.task}/${tasks}, step ${step}/${steps}, loss ${this.#loss.toFixed(3)}`;
    this.#update(index, task * steps + step, `${method.label}, seed ${seed}: ${where}`);
  };

  #warn(text: string): void {
    if (!this.#warned.has(text)) this.#line.print(`note: ${text}`);
    this.#warned.add(text);
  }

  /** Removes the line. */
  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }

  #update(index: number, steps: number, note: string): void {
    this.#line.update(index * this.#runSteps + steps, `run ${index + 1}/${this.#size.runs} · ${note}`);
  }
}
