/** Training one step at a time, to look at what happens in between. @module */
import type { Batch } from "../tasks/batch.ts";
import type { EncodedTask } from "../tasks/encoded_suite.ts";
import { Random } from "../tensor/random.ts";
import { AdaptedModel } from "./adapted_model.ts";
import type { Experiment } from "./experiment.ts";
import { type LayerView, type MomentView, viewLayers, viewMoments } from "./layer_view.ts";
import type { LayerReport, Method } from "./method.ts";
import { openTaskTraining } from "./task_training.ts";
import type { TrainStep } from "./train_step.ts";

/** What one step showed. */
export interface StepView {
  /** Of the step's batch, before its update. */
  readonly loss: number;
  /** Every trained matrix with its gradient, in the model's order: A and B of all pairs, then full-rank weights. */
  readonly layers: readonly LayerView[];
}

/**
 * A run of an experiment that is driven step by step: the same tasks, fresh adapters and batches as those of
 * `performRun` with that seed. Nothing is stored or tested.
 *
 * @example Watch the shared space being removed
 * ```ts ignore
 * import { embeddedExperiment, gorp, openGpu, spaceOverlap, TrainingSession } from "gorp";
 * using gpu = await openGpu();
 * using session = new TrainingSession(embeddedExperiment(gpu, { quick: true }), gorp(), { seed: 1 });
 * session.trainTask();
 * session.startTask();
 * for (const { layer, compressed, space, side } of session.viewStep().layers) {
 *   if (space && side) console.log(layer, spaceOverlap(space, compressed, { side }).shareRemoved);
 * }
 * ```
 */
export class TrainingSession implements Disposable {
  /** Steps of the present task that are done. */
  stepsDone = 0;
  readonly model: AdaptedModel;
  readonly #experiment: Experiment;
  readonly #method: Method;
  readonly #random: Random;
  readonly #tasks: readonly EncodedTask[];
  #step: TrainStep | null = null;
  #batches: Iterator<Batch> | null = null;

  constructor(experiment: Experiment, method: Method, options: { readonly seed?: number } = {}) {
    const { seed = 1 } = options;
    const { layerwise } = experiment.training;
    this.model = new AdaptedModel(experiment.model, method, { layerwise });
    this.#experiment = experiment;
    this.#method = method;
    this.#random = new Random(seed, "run");
    this.#tasks = experiment.suite(seed).tasks;
  }

  /** The task under training, from 1; 0 before the first. */
  get task(): number {
    return this.model.task;
  }

  /** Steps that the recipe gives to each task. */
  get stepsPerTask(): number {
    return this.#experiment.training.steps;
  }

  /**
   * Begins the next task: fresh adapters, fresh moments.
   *
   * @throws {RangeError} when there are no more tasks
   */
  startTask(): void {
    if (this.task >= this.#tasks.length) {
      throw new RangeError(`All ${this.#tasks.length} tasks of the suite have been trained.`);
    }
    this.#step?.[Symbol.dispose]();
    this.model.startTask(this.#random, { prepare: this.#method.startTask });
    this.stepsDone = 0;
    const { step, batches } = openTaskTraining(this.model, this.#tasks[this.task - 1], {
      method: this.#method,
      training: this.#experiment.training,
      random: this.#random,
    });
    [this.#step, this.#batches] = [step, batches];
  }

  /**
   * One step of the present task.
   *
   * @returns its loss, before the update
   * @throws {RangeError} when no task was begun, or all its steps are done
   */
  step(): number {
    return this.#take();
  }

  /** One step, in which all gradients, moments and spaces are read back before the update. */
  viewStep(): StepView {
    let layers: LayerView[] = [];
    const loss = this.#take(() => layers = viewLayers(this.model));
    return { loss, layers };
  }

  /** Adam's first moments as they are now: what shared spaces are measured from at a task's end. */
  firstMoments(): readonly MomentView[] {
    return viewMoments(this.model);
  }

  /** What one replay of the present task's step takes, in its two parts. */
  get parts(): TrainStep["parts"] {
    if (!this.#step) throw new RangeError("Begin a task before asking what its steps take.");
    return this.#step.parts;
  }

  /**
   * One step that waits for the device between its parts.
   *
   * @returns milliseconds of the gradients (with the refresh of projections, where it is due) and of the update
   */
  timedStep(): { readonly gradients: number; readonly update: number } {
    const wait = () => void this.#step?.losses(1, 1);
    wait();
    const start = performance.now();
    let between = start;
    this.#take(() => {
      wait();
      between = performance.now();
    });
    return { gradients: between - start, update: performance.now() - between };
  }

  /** Ends the present task as the method does: shared spaces grow. */
  endTask(): readonly LayerReport[] {
    return this.#method.endTask?.(this.model).layers ?? [];
  }

  /** Begins a task, takes all its steps and ends it. */
  trainTask(): readonly LayerReport[] {
    this.startTask();
    while (this.stepsDone < this.stepsPerTask) this.step();
    return this.endTask();
  }

  /** Releases all but the base model. */
  [Symbol.dispose](): void {
    this.#step?.[Symbol.dispose]();
    this.model[Symbol.dispose]();
  }

  #take(beforeUpdate?: () => void): number {
    const next = this.#batches?.next();
    if (!next || next.done || !this.#step) {
      throw new RangeError(
        this.task === 0 ? "Begin a task before its first step." : `Task ${this.task} has had all its steps.`,
      );
    }
    const t = this.stepsDone += 1;
    this.#step.run(next.value, t, { beforeUpdate });
    return this.#step.losses(t, t)[0];
  }
}
