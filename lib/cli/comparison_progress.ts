/** Following a comparison on the command line. @module */
import type { ComparedRun } from "../continual/compared_run.ts";
import type { RunProgress } from "../continual/run_progress.ts";
import { averagePerformance } from "../results/metrics.ts";
import { ProgressLine } from "./progress_line.ts";

/** What is to be done. */
export interface ComparisonSize {
  readonly runs: number;
  readonly tasks: number;
  /** Steps a task. */
  readonly steps: number;
}

/** A run under way. */
interface RunState {
  readonly name: string;
  /** Steps done; null until the run tells where it begins. */
  steps: number | null;
  note: string;
}

/** One progress line for a comparison, and a line that stays for every finished run. */
export class ComparisonProgress implements Disposable {
  readonly #size: ComparisonSize;
  readonly #line: ProgressLine;
  readonly #runSteps: number;
  readonly #warned = new Set<string>();
  readonly #running = new Map<number, RunState>();
  #ended = 0;

  constructor(size: ComparisonSize, line?: ProgressLine) {
    this.#size = size;
    this.#runSteps = size.tasks * size.steps;
    this.#line = line ?? new ProgressLine(size.runs * this.#runSteps);
  }

  /** To be called as a run begins and ends. */
  readonly onRun = ({ method, seed, index, done }: ComparedRun): void => {
    const name = `${method.label}, seed ${seed}`;
    if (!done) {
      this.#running.set(index, { name, steps: null, note: "starting" });
      return this.#update();
    }
    const { run, reused } = done;
    this.#running.delete(index);
    this.#ended += 1;
    if (reused) this.#line.skip(this.#runSteps);
    const ap = averagePerformance(run.accuracyMatrix());
    const result = run.record.status === "diverged"
      ? "diverged: its loss stopped being finite"
      : `average performance ${ap === null ? "–" : (100 * ap).toFixed(1)} %`;
    const count = `${this.#ended}/${this.#size.runs}`.padStart(5);
    this.#line.print(`${count}  ${name}: ${result}${reused ? " (reused)" : ""}`);
  };

  /** To be called as a run goes on. */
  readonly onProgress = ({ index }: ComparedRun, progress: RunProgress): void => {
    if (progress.kind === "warning") return this.#warn(progress.text);
    if (progress.kind === "lost") {
      this.#running.delete(index);
      return this.#line.print(progress.text);
    }
    const run = this.#running.get(index);
    if (!run) return;
    const { tasks, steps } = this.#size;
    const isTesting = progress.kind === "testing";
    const done = isTesting ? progress.afterTask * steps : (progress.task - 1) * steps + progress.step;
    // A run that goes on after an interruption begins with its later tasks.
    if (run.steps === null) this.#line.skip(done);
    run.steps = done;
    run.note = isTesting
      ? `after task ${progress.afterTask}, testing task ${progress.task}, row ${progress.rows}/${progress.total}`
      : `task ${progress.task}/${tasks}, step ${progress.step}/${steps}${lossNote(progress.loss)}`;
    this.#update();
  };

  #warn(text: string): void {
    if (!this.#warned.has(text)) this.#line.print(`note: ${text}`);
    this.#warned.add(text);
  }

  /** Removes the line. */
  [Symbol.dispose](): void {
    this.#line[Symbol.dispose]();
  }

  #update(): void {
    const running = [...this.#running.values()];
    const steps = running.reduce((sum, run) => sum + (run.steps ?? 0), this.#ended * this.#runSteps);
    if (running.length === 0) return;
    const [first, ...others] = running;
    const note = others.length === 0
      ? `run ${this.#ended + 1}/${this.#size.runs} · ${first.name}: ${first.note}`
      : `${this.#ended}/${this.#size.runs} runs done · ${running.map(shortNote).join(" · ")}`;
    this.#line.update(steps, note);
  }
}

/** Where several runs share a line. */
function shortNote({ name, note }: RunState): string {
  return `${name}: ${note.replace(/, (step|testing task).*/, "")}`;
}

function lossNote(loss: number | null): string {
  return loss === null ? "" : `, loss ${loss.toFixed(3)}`;
}
