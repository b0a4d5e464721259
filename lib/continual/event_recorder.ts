/** From the events of a run to the rows of its tables. @module */
import type { RunWriter } from "../results/run_writer.ts";
import { exactMatch } from "../tasks/exact_match.ts";
import { rougeL } from "../tasks/rouge_l.ts";
import type { RunEvent } from "./run_events.ts";
import type { SequencePlan } from "./sequence_state.ts";

/** Of the principal angles to a gradient so many are recorded, smallest first. */
const MOST_ANGLES = 8;

/** Turns events into rows. */
export class EventRecorder {
  readonly #plan: SequencePlan;
  readonly #writer: RunWriter;
  #taskStarted: number;

  /**
   * @param writer takes the rows
   * @param seconds what the task under way has taken already
   */
  constructor(plan: SequencePlan, writer: RunWriter, seconds = 0) {
    this.#plan = plan;
    this.#writer = writer;
    this.#taskStarted = performance.now() - 1000 * seconds;
  }

  /** What the task under way has taken so far. */
  get seconds(): number {
    return (performance.now() - this.#taskStarted) / 1000;
  }

  /** Records what an event tells. */
  record(event: RunEvent): void {
    switch (event.kind) {
      case "taskStarted":
        if (event.stepsDone > 0) return; // recorded when it began
        this.#taskStarted = performance.now();
        this.#metric(event.task, 1, "trainedWeights", event.trainedWeights);
        this.#metric(event.task, 1, "dispatches", event.dispatches);
        return;
      case "steps":
        event.losses.forEach((value, i) => this.#metric(event.task, event.first + i, "loss", value));
        return;
      case "rounding":
        for (const { kind, layer, share } of event.layers) {
          this.#metric(event.task, event.step, `${kind}/${layer}`, share);
        }
        return;
      case "probed":
        return this.#recordProbe(event);
      case "tested":
        return this.#recordTest(event);
      case "taskTrained":
        return this.#recordSpaces(event);
      case "taskEnded":
        return this.#metric(event.task, this.#plan.training.steps, "seconds", this.seconds);
      case "diverged":
        return this.#recordDivergence(event.task);
    }
  }

  #recordTest({ afterTask, task, answers }: Extract<RunEvent, { kind: "tested" }>): void {
    const correct = answers.filter((answer) => answer.correct).length;
    this.#writer.accuracy({ afterTask, task, correct, total: answers.length });
    const { tokenizer, tasks } = this.#plan.suite;
    const among = answers.filter((answer) => answer.correctAmongLabels).length / answers.length;
    const { name } = tasks[task - 1].task;
    this.#metric(afterTask, this.#plan.training.steps, `accuracyAmongLabels/${name}`, among);
    const rows = tasks[task - 1].task.test;
    const sums = { exactMatch: 0, rougeL: 0 };
    for (const { example, correct, tokens } of answers) {
      const { label } = rows[example];
      const prediction = correct ? label : tokenizer.decode(tokens);
      const score = rougeL(prediction, label);
      sums.exactMatch += Number(exactMatch(prediction, label));
      sums.rougeL += score;
      this.#writer.prediction({ afterTask, task, example, prediction, label, score });
    }
    for (const [measure, sum] of Object.entries(sums)) {
      this.#metric(afterTask, this.#plan.training.steps, `${measure}/${name}`, sum / answers.length);
    }
  }

  #recordProbe({ task, step, layers }: Extract<RunEvent, { kind: "probed" }>): void {
    for (const { layer, shareRemoved, angles } of layers) {
      if (shareRemoved !== null) this.#metric(task, step, `shareRemoved/${layer}`, shareRemoved);
      angles.slice(0, MOST_ANGLES).forEach((angle, i) =>
        this.#metric(task, step, `principalAngle${i + 1}/${layer}`, angle)
      );
    }
  }

  #recordSpaces({ task, layers }: Extract<RunEvent, { kind: "taskTrained" }>): void {
    const { steps } = this.#plan.training;
    for (const { layer, kind, columns, capacity, heldBefore, spectrum } of layers) {
      this.#metric(task, steps, `spaceColumns/${layer}`, columns);
      this.#metric(task, steps, `spaceCapacity/${layer}`, capacity);
      this.#metric(task, steps, `heldBefore/${layer}`, heldBefore);
      this.#writer.spectrum({ task, layer, kind, values: spectrum });
    }
  }

  /** A diverged run has no accuracy from here on: NaN, so that means over seeds show it. */
  #recordDivergence(from: number): void {
    this.#plan.suite.tasks.forEach(({ test }, i) => {
      for (let afterTask = from; afterTask <= this.#plan.suite.tasks.length; afterTask++) {
        this.#writer.accuracy({ afterTask, task: i + 1, correct: NaN, total: test.size });
      }
    });
  }

  #metric(task: number, step: number, metric: string, value: number): void {
    this.#writer.metric({ task, step, metric, value });
  }
}
