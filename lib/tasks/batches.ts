/**
 * The order in which training sees the rows of a task.
 *
 * @module
 */
import type { Random } from "../tensor/random.ts";

/** Options of {@linkcode batches}. */
export interface BatchesOptions {
  /** Rows in a batch. */
  readonly size: number;
  /** How many steps the training has, counted from its start. */
  readonly steps: number;
  /** Its seed decides the order; its position does not matter and does not move. */
  readonly random: Random;
  /** Steps that are done already. Default 0. */
  readonly firstStep?: number;
}

/**
 * Yields a batch of rows for each step from `firstStep` to `steps`, all of the same size.
 *
 * The rows are one endless row of epochs, each a new shuffle of all items, cut into batches: a batch may hold
 * the end of one epoch and the start of the next. Step s is the same whether the training started at 0 or was
 * resumed at s.
 *
 * @param items what to draw from, for example `task.train`
 * @throws RangeError for no items, or a size, number of steps or first step that is no whole number in range
 *
 * @example Two epochs of four items
 * ```ts
 * import { batches, Random } from "gorp";
 * const seen = [...batches([1, 2, 3, 4], { size: 2, steps: 4, random: new Random(1) })].flat();
 * if (seen.length !== 8 || new Set(seen.slice(0, 4)).size !== 4) throw new Error("an item is missing");
 * ```
 */
export function* batches<T>(items: readonly T[], options: BatchesOptions): Generator<T[], void, undefined> {
  const { size, steps, random, firstStep = 0 } = options;
  if (items.length === 0) throw new RangeError("Cannot draw batches from no items; give at least one.");
  checkCount("size", size, 1);
  checkCount("steps", steps, 0);
  checkCount("firstStep", firstStep, 0);
  let epoch = -1;
  let order: readonly T[] = [];
  for (let step = firstStep; step < steps; step++) {
    const batch: T[] = [];
    for (let position = step * size; position < (step + 1) * size; position++) {
      const epochHere = Math.floor(position / items.length);
      if (epochHere !== epoch) {
        epoch = epochHere;
        order = random.fork(`epoch ${epoch}`).shuffle(items);
      }
      batch.push(order[position % items.length]);
    }
    yield batch;
  }
}

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(
      `Cannot draw batches with ${name} ${value}; a whole number of at least ${least} is needed.`,
    );
  }
}
