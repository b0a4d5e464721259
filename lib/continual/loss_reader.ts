/** Reading losses back while the device works ahead. @module */
import type { TrainStep } from "./train_step.ts";

/** Losses are read back every so many steps… */
const MOST_STEPS = 10;
/** … or milliseconds, as the last steps took them: until the device has done what it was given, nothing can be stopped. */
const MOST_TIME = 200;

/** Keeps track of which losses of a task were read. */
export class LossReader {
  readonly #step: Pick<TrainStep, "losses">;
  #read: number;
  #lastTime = performance.now();
  #stride = 1;

  /** @param stepsDone of the task before the first loss */
  constructor(step: Pick<TrainStep, "losses">, stepsDone: number) {
    this.#step = step;
    this.#read = stepsDone;
  }

  /** Whether it is time to read, after step `t`. */
  isDue(t: number): boolean {
    return t % MOST_STEPS === 0 || t - this.#read >= this.#stride;
  }

  /** The losses up to step `t` that were not read before, and the step of the first; waits for the device. */
  read(t: number): { readonly first: number; readonly losses: Float32Array<ArrayBuffer> } {
    const first = this.#read + 1;
    if (first > t) return { first, losses: new Float32Array() };
    const losses = this.#step.losses(first, t);
    const now = performance.now();
    const time = (now - this.#lastTime) / losses.length;
    this.#stride = Math.min(MOST_STEPS, Math.max(1, Math.floor(MOST_TIME / time)));
    [this.#read, this.#lastTime] = [t, now];
    return { first, losses };
  }
}
