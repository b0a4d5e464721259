/** The weights that have LoRA pairs beside them, as a model computes with them. @module */
import { setProduct } from "../autograd/own_product.ts";
import type { Tape } from "../autograd/tape.ts";
import type { PackedWeight, Weights } from "../models/layout.ts";
import { type LoraDropout, loraLinear, type LoraPair } from "../nn/lora_linear.ts";
import type { LoraPairs } from "../nn/lora_pairs.ts";
import type { Random } from "../tensor/random.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { FactoredLora } from "./factored_lora.ts";

/** How pairs take part in a pass that is trained on. */
export interface TrainedPass {
  readonly tape: Tape;
  /** Whether gradients are added to those that the groups hold. */
  readonly accumulate?: boolean;
}

/**
 * Lets a model multiply with weights and the pairs beside them. In training what the pairs read may be dropped at
 * random: weights that are packed together share a mask, as do all pairs on one weight.
 */
export class PairedWeights implements Disposable {
  readonly #groups: readonly FactoredLora[];
  readonly #probability: number;
  /** `[2]` u32, see `dropoutMasked`, by key of the packed weights with pairs, in the model's order. */
  readonly #seeds: ReadonlyMap<string, Tensor>;

  constructor(layout: readonly PackedWeight[], groups: readonly FactoredLora[], probability = 0) {
    this.#groups = groups;
    this.#probability = probability;
    const held = new Set(groups.flatMap(({ group }) => group.modules.map(({ key }) => key)));
    const keys = layout.map(({ key }) => key).filter((key) => held.has(key));
    const seedOf = () => tensor(groups[0].pairs.a.gpu, new Uint32Array(2));
    this.#seeds = new Map(keys.map((key) => [key, seedOf()]));
  }

  /**
   * The weights with pairs, by key.
   *
   * @param weights those they stand beside; watched ones are trained themselves
   * @param pass absent where nothing is trained: nothing is dropped then
   */
  attach(weights: Weights, pass?: TrainedPass): Weights {
    const pairs = new Map<string, LoraPair[]>([...this.#seeds.keys()].map((key) => [key, []]));
    for (const group of this.#groups) {
      group.group.modules.forEach(({ key, row }, i) => pairs.get(key)!.push(...pairsOf(group, i, row, pass)));
    }
    const { scale } = this.#groups[0].pairs.sizes;
    return Object.fromEntries([...pairs].map(([key, pairs]) => {
      const weight = weights[key];
      const dropout = pass && this.#probability > 0 ? this.#dropout(key) : undefined;
      const paired = weight.view(weight.shape);
      const reads = pairs.flatMap(({ a, b }) => [a, b]);
      setProduct(paired, (x, how) => loraLinear(x, { weight, pairs, scale }, { ...how, dropout }), reads);
      return [key, paired];
    }));
  }

  /** Draws new masks for slice `rank` of rows that are cut equally. */
  draw(random: Random, rank: number): void {
    if (this.#probability === 0) return;
    for (const seed of this.#seeds.values()) seed.write(new Uint32Array([random.bits(), rank]));
  }

  /** Releases the seeds. */
  [Symbol.dispose](): void {
    for (const seed of this.#seeds.values()) seed.dispose();
  }

  #dropout(key: string): LoraDropout {
    return { seed: this.#seeds.get(key)!, probability: this.#probability };
  }
}

/** The pairs on a module: that under training, watched where it is, and the frozen one of earlier tasks. */
function pairsOf(
  { pairs, earlier, sums }: FactoredLora,
  index: number,
  row: number,
  pass?: TrainedPass,
): LoraPair[] {
  const pair = (of: LoraPairs) => ({ ...matricesOf(of, of.sizes, index), row });
  const frozen = earlier ? [pair(earlier)] : [];
  if (!pass) return [...frozen, pair(pairs)];
  const [{ a, b }, gradients] = [pairs, sums].map((of) => matricesOf(of, pairs.sizes, index));
  const watched = (matrix: Tensor, gradient: Tensor) =>
    pass.tape.watch(matrix, { gradient, accumulate: pass.accumulate });
  return [...frozen, { a: watched(a, gradients.a), b: watched(b, gradients.b), row }];
}

/** A and B of one module. */
function matricesOf(
  { a, b }: { readonly a: Tensor; readonly b: Tensor },
  { rank, inputs, outputs }: LoraPairs["sizes"],
  index: number,
): { a: Tensor; b: Tensor } {
  return {
    a: a.view([rank, inputs], index * rank * inputs),
    b: b.view([outputs, rank], index * outputs * rank),
  };
}
