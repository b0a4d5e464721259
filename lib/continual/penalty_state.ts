/** A penalty at work on the pairs of a group. @module */
import { Tape } from "../autograd/tape.ts";
import { addScaled } from "../kernels/elementwise.ts";
import { zeros } from "../tensor/tensor.ts";
import type { FrozenTensors, PairPenalty, PenalizedGroup } from "./pair_penalty.ts";
import type { PenalizedPair } from "./regularizers/penalized_pair.ts";

/** The penalty on one group of pairs, with what it keeps frozen. */
export class PenaltyState implements Disposable {
  readonly #penalty: PairPenalty;
  readonly #group: PenalizedGroup;
  #frozen: FrozenTensors = {};
  #task = 0;

  constructor(penalty: PairPenalty, group: PenalizedGroup) {
    this.#penalty = penalty;
    this.#group = group;
  }

  /** What the pairs are compared with. */
  get frozen(): FrozenTensors {
    return this.#frozen;
  }

  /** Begins a task, before fresh pairs replace those of the last. */
  startTask(task: number): void {
    const { pairs, modules } = this.#group;
    const before = this.#frozen;
    this.#frozen = this.#allocate(task);
    this.#penalty.freeze?.(this.#frozen, { pairs, before, modules });
    release(before);
  }

  /** Takes the shapes that it has in a task, for contents that are written afterwards. */
  shapeFor(task: number): void {
    release(this.#frozen);
    this.#frozen = this.#allocate(task);
  }

  /** The sum of the loss's gradients and the penalty's, apart from both; those given where nothing is penalized. */
  added(gradients: PenalizedPair): PenalizedPair {
    const { pairs } = this.#group;
    const tape = new Tape();
    const [a, b] = [tape.watch(pairs.a), tape.watch(pairs.b)];
    const term = this.#penalty.term({ a, b }, this.#frozen, this.#task);
    if (!term) return gradients;
    tape.backward(term);
    const sums = { a: tape.gradient(a), b: tape.gradient(b) };
    addScaled(gradients.a, sums.a);
    addScaled(gradients.b, sums.b);
    return sums;
  }

  /** Releases what is frozen. */
  [Symbol.dispose](): void {
    release(this.#frozen);
  }

  #allocate(task: number): FrozenTensors {
    const { pairs: { a: { gpu }, sizes } } = this.#group;
    this.#task = task;
    const shapes = this.#penalty.frozen?.(sizes, task) ?? {};
    return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, zeros(gpu, shape)]));
  }
}

function release(tensors: FrozenTensors): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
