/** Testing a model under training on the tasks of a suite. @module */
import type { LanguageModel } from "../models/language_model.ts";
import type { Weights } from "../models/layout.ts";
import { type EncodedSuite, type EncodedTask, pickRows } from "../tasks/encoded_suite.ts";
import type { Lengths } from "../tasks/fixed_lengths.ts";
import { Evaluator } from "./evaluator.ts";

/** An answer to a test row. */
export interface TestAnswer {
  readonly example: number;
  readonly correct: boolean;
  /** Whether the label comes out when only the task's labels may be said. */
  readonly correctAmongLabels: boolean | null;
  readonly tokens: Int32Array<ArrayBuffer>;
}

/** Options of {@linkcode SuiteTester}. */
export interface TesterOptions {
  /** At most so many test rows a task; all by default. */
  readonly testRows?: number;
  /** Rows tested at once; default 100. */
  readonly testBatch?: number;
}

/** Tests tasks, with one recording for all tasks of equal lengths. */
export class SuiteTester implements Disposable {
  readonly #model: LanguageModel;
  readonly #weights: () => Weights;
  readonly #options: TesterOptions;
  readonly #widest: number;
  readonly #evaluators = new Map<string, Evaluator>();

  /** @param weights tells the model's, or those under training, whose contents are read anew at each call */
  constructor(
    model: LanguageModel,
    weights: () => Weights,
    suite: EncodedSuite,
    options: TesterOptions = {},
  ) {
    this.#model = model;
    this.#weights = weights;
    this.#options = options;
    this.#widest = Math.max(...suite.tasks.map(({ choices }) => choices.widest));
  }

  /** Has the kernels for a task's rows compiled, as far as they are new, and stops behind each. */
  compile({ lengths }: EncodedTask): Generator<void, void> {
    return this.#evaluator(lengths).compile();
  }

  /** The answers to a task's test rows, a batch at a time. */
  *answers({ test: rows, choices, lengths }: EncodedTask): Generator<TestAnswer[], void> {
    const { testRows = Infinity } = this.#options;
    const evaluator = this.#evaluator(lengths);
    const { size } = evaluator.extents;
    const count = Math.min(rows.size, testRows);
    for (let first = 0; first < count; first += size) {
      const chosen = Array.from({ length: size }, (_, i) => first + i < count ? first + i : -1);
      const batch = evaluator.answers(pickRows(rows, chosen), choices);
      yield batch.slice(0, count - first).map((answer, i) => ({ example: first + i, ...answer }));
    }
  }

  /** Makes recordings anew where they are needed: to be called when the weights are other tensors. */
  forget(): void {
    this[Symbol.dispose]();
    this.#evaluators.clear();
  }

  /** Releases the recordings. */
  [Symbol.dispose](): void {
    for (const evaluator of this.#evaluators.values()) evaluator[Symbol.dispose]();
  }

  #evaluator(lengths: Lengths): Evaluator {
    const key = `${lengths.sourceLength} ${lengths.targetLength}`;
    const known = this.#evaluators.get(key);
    if (known) return known;
    const extents = { size: this.#options.testBatch ?? 100, ...lengths };
    const made = new Evaluator(this.#model, this.#weights(), extents, this.#widest);
    this.#evaluators.set(key, made);
    return made;
  }
}
