/** Making a base model from its recipe. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { LanguageModel, TokenRows } from "../models/language_model.ts";
import { createT5, T5Model } from "../models/t5/t5_model.ts";
import { pickRows } from "../tasks/encoded_suite.ts";
import { Random } from "../tensor/random.ts";
import type { BaseRecipe } from "./base_recipe.ts";
import { EventLoopTurn } from "./event_loop_turn.ts";
import { Evaluator } from "./evaluator.ts";
import { Pretraining } from "./pretraining.ts";

/** How the making is followed and stopped. */
export interface MakeBaseOptions {
  readonly signal?: AbortSignal;
  /** Told the latest loss after every tenth step. */
  readonly onStep?: (step: number, loss: number) => void;
  /** A file for the state of an interrupted training; continued from where it exists. */
  readonly statePath?: string;
}

/** A finished base model; disposing it releases its weights. */
export interface MadeBase extends Disposable {
  readonly model: T5Model;
  /** The last hundred steps' mean loss. */
  readonly loss: number;
  /** Share of rows answered exactly, by evaluation set. */
  readonly accuracy: Readonly<Record<string, number>>;
}

const READ_EVERY = 10;

/**
 * Trains a base model. On abort the state is saved, so that the next call continues.
 *
 * @throws {DOMException} `AbortError` when the signal stopped it
 * @throws {Error} when the loss is not finite
 */
export async function makeBase(
  gpu: Gpu,
  recipe: BaseRecipe,
  options: MakeBaseOptions = {},
): Promise<MadeBase> {
  const { signal, onStep, statePath } = options;
  using owned = new DisposableStack();
  const random = new Random(recipe.seed, "weights");
  const fresh = owned.use(createT5(gpu, recipe.config, { random, name: recipe.name }));
  const training = owned.use(new Pretraining(fresh, { size: recipe.batchSize, ...recipe.lengths }, recipe));
  const done = statePath ? training.restore(statePath) : 0;
  let step = done;
  let read = done;
  const turn = new EventLoopTurn();
  let recent: number[] = [];
  for (const batch of recipe.batches(done)) {
    training.run(batch, ++step);
    if (step % READ_EVERY !== 0 && step !== recipe.steps) continue;
    recent = [...recent, ...training.losses(read + 1, step)].slice(-100);
    read = step;
    if (!recent.every(Number.isFinite)) {
      throw new Error(`Pre-training diverged at step ${step}: the loss is not finite.`);
    }
    onStep?.(step, recent.at(-1)!);
    await turn.give();
    if (signal?.aborted) {
      if (statePath) training.save(statePath, step);
      signal.throwIfAborted();
    }
  }
  if (statePath) await Deno.remove(statePath).catch(() => {});
  const model = new T5Model(gpu, recipe.name, recipe.config, training.weights, "just made");
  const kept = owned.move();
  return {
    [Symbol.dispose]: () => kept.dispose(),
    model,
    loss: recent.reduce((sum, loss) => sum + loss, 0) / recent.length,
    accuracy: judge(model, recipe),
  };
}

function judge(model: LanguageModel, recipe: BaseRecipe): Record<string, number> {
  using evaluator = new Evaluator(model, model.weights, { size: 100, ...recipe.lengths });
  return Object.fromEntries(
    Object.entries(recipe.evaluation()).map(([name, rows]) => [name, exactShare(evaluator, rows)]),
  );
}

function exactShare(evaluator: Evaluator, rows: TokenRows): number {
  let correct = 0;
  for (let first = 0; first < rows.size; first += evaluator.extents.size) {
    const chosen = Array.from(
      { length: evaluator.extents.size },
      (_, i) => first + i < rows.size ? first + i : -1,
    );
    correct += evaluator.answers(pickRows(rows, chosen)).filter((answer) => answer.correct).length;
  }
  return correct / rows.size;
}
