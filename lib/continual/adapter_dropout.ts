/** Dropout on what LoRA pairs read, in a model under training. @module */
import { dropInput } from "../autograd/ops/dropped_linear.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { PackedWeight, Part, Weights } from "../models/layout.ts";
import { columnsOf } from "../tensor/shape.ts";
import type { Random } from "../tensor/random.ts";
import { copyInto, empty, type Tensor, tensor } from "../tensor/tensor.ts";

/** Which modules have pairs, which are trained as they are, and how much is dropped. */
export interface AdapterDropoutOptions {
  readonly lora: ReadonlySet<string>;
  readonly fullRank: ReadonlySet<string>;
  readonly probability: number;
}

/** A packed weight with pairs. */
interface Dropped {
  readonly weight: PackedWeight;
  readonly pairs: readonly Part[];
  readonly plain: readonly Part[];
  /** The base model's, in float32. */
  readonly base: Tensor;
  /** `[2]` u32 */
  readonly seed: Tensor;
}

/**
 * Lets the pairs on every weight read its input with zeros at random. Weights that are packed together share a mask; a
 * weight without its pairs is the base model's, to which earlier pairs were added when their tasks were over.
 */
export class AdapterDropout implements Disposable {
  readonly #probability: number;
  readonly #dropped: readonly Dropped[];

  constructor(model: LanguageModel, { lora, fullRank, probability }: AdapterDropoutOptions) {
    this.#probability = probability;
    this.#dropped = model.layout.flatMap((weight) => {
      const chosen = (names: ReadonlySet<string>) =>
        weight.parts.filter(({ name }) => names.has(name.replace(/\.weight$/, "")));
      const pairs = chosen(lora);
      if (pairs.length === 0) return [];
      const base = unpacked(model.weights[weight.key]);
      return [{ weight, pairs, plain: chosen(fullRank), base, seed: tensor(model.gpu, new Uint32Array(2)) }];
    });
  }

  /** Gives weights under training, by key, the product with dropped inputs. To be called where the step is recorded. */
  attach(weights: Weights): void {
    for (const { weight: { key }, pairs, plain, base, seed } of this.#dropped) {
      const plainRows = plain.map(({ row, rows }) => [row, rows] as const);
      const without = plain.length === 0 ? base : withRowsOf(weights[key], base, pairs);
      dropInput(weights[key], { plain: without, seed, probability: this.#probability, plainRows });
    }
  }

  /** Draws new masks for slice `rank` of rows that are cut equally. */
  draw(random: Random, rank: number): void {
    for (const { seed } of this.#dropped) seed.write(new Uint32Array([random.bits(), rank]));
  }

  /** Releases the seeds and unpacked weights. */
  [Symbol.dispose](): void {
    for (const part of this.#dropped.flatMap(({ seed, base }) => [seed, base])) part.dispose();
  }
}

/** A weight in float32: a view where it is, else a copy, since packed ones cannot be subtracted from others. */
function unpacked(weight: Tensor): Tensor {
  if (weight.dtype === "f32") return weight.view(weight.shape);
  const copy = empty(weight.gpu, weight.shape);
  copyInto(weight, copy);
  return copy;
}

/** A copy of `weight` with some rows of another. */
function withRowsOf(weight: Tensor, other: Tensor, parts: readonly Part[]): Tensor {
  const copy = empty(weight.gpu, weight.shape);
  copyInto(weight, copy);
  const columns = columnsOf(weight.shape);
  for (const { row, rows } of parts) {
    const part = (whole: Tensor) => whole.view([rows, columns], row * columns);
    copyInto(part(other), part(copy));
  }
  return copy;
}
