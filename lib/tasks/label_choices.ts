/**
 * What can be said next when the answer must be one of a task's labels.
 *
 * @module
 */

/**
 * The labels of a task as a tree of token ids. Greedy decoding along it always ends at a label, so that a model is
 * judged on what it knows about the task and not on whether it knows the task's words.
 *
 * @example Two labels that begin alike
 * ```ts
 * import { LabelChoices } from "gorp";
 * const choices = new LabelChoices([[5, 7, 1], [5, 8, 1], [6, 1]]);
 * if (choices.after([]).join() !== "5,6" || choices.after([5]).join() !== "7,8") throw new Error("unexpected");
 * ```
 */
export class LabelChoices {
  /** The most ids there are to choose from at any place. */
  readonly widest: number;
  readonly #next = new Map<string, Set<number>>();

  /** @param labels the token ids of each label, end token included */
  constructor(labels: Iterable<readonly number[]>) {
    for (const label of labels) {
      label.forEach((id, position) => {
        const place = label.slice(0, position).join();
        this.#next.set(place, (this.#next.get(place) ?? new Set()).add(id));
      });
    }
    this.widest = Math.max(0, ...Array.from(this.#next.values(), (ids) => ids.size));
  }

  /** The ids that continue a beginning to some label, rising; none when no label begins so. */
  after(beginning: readonly number[]): number[] {
    return [...this.#next.get(beginning.join()) ?? []].sort((a, b) => a - b);
  }
}
