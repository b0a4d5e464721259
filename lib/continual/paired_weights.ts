/** The weights that have LoRA pairs beside them, as a model computes with them. @module */
import { setProduct } from "../autograd/own_product.ts";
import type { Tape } from "../autograd/tape.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { Weights } from "../models/layout.ts";
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

/** What stands beside and below the weights under training. */
export interface PairedOptions {
  readonly groups: readonly FactoredLora[];
  /** Of dropout on what the pairs read. */
  readonly probability?: number;
  /** The rows of weights that are cut below their trained rows, by key. */
  readonly rests: ReadonlyMap<string, Tensor>;
}

/**
 * Lets a model multiply with weights and the pairs beside them. In training what the pairs read may be dropped at
 * random: weights that are packed together share a mask, as do all pairs on one weight.
 */
export class PairedWeights implements Disposable {
  readonly #model: LanguageModel;
  readonly #options: PairedOptions;
  /** `[2]` u32, see `dropoutMasked`, by key of the packed weights with pairs, in the model's order. */
  readonly #seeds: ReadonlyMap<string, Tensor>;

  constructor(model: LanguageModel, options: PairedOptions) {
    this.#model = model;
    this.#options = options;
    const held = new Set(options.groups.flatMap(({ group }) => group.modules.map(({ key }) => key)));
    const keys = model.layout.map(({ key }) => key).filter((key) => held.has(key));
    this.#seeds = new Map(keys.map((key) => [key, tensor(model.gpu, new Uint32Array(2))]));
  }

  /**
   * The weights with pairs beside them or rows below them, by key. They have products of their own: what they hold
   * is the base model's.
   *
   * @param weights under training, or the model's; watched ones are trained themselves
   * @param pass absent where nothing is trained: nothing is dropped then
   */
  attach(weights: Weights, pass?: TrainedPass): Weights {
    const { groups, rests } = this.#options;
    const pairs = new Map<string, LoraPair[]>(
      [...rests.keys(), ...this.#seeds.keys()].map((key) => [key, []]),
    );
    for (const group of groups) {
      group.group.modules.forEach(({ key, row }, i) => pairs.get(key)!.push(...pairsOf(group, i, row, pass)));
    }
    const scale = groups[0]?.pairs.sizes.scale ?? 1;
    return Object.fromEntries([...pairs].map(([key, pairs]) => {
      const [whole, rest] = [this.#model.weights[key], rests.get(key)];
      const weight = rest ? [weights[key], rest] : [weights[key]];
      const dropout = pass && pairs.length > 0 ? this.#dropout(key) : undefined;
      const paired = whole.view(whole.shape);
      const reads = [...weight, ...pairs.flatMap(({ a, b }) => [a, b])];
      setProduct(paired, (x, how) => loraLinear(x, { weight, pairs, scale }, { ...how, dropout }), reads);
      return [key, paired];
    }));
  }

  /** Draws new masks for slice `rank` of rows that are cut equally. */
  draw(random: Random, rank: number): void {
    if (!this.#options.probability) return;
    for (const seed of this.#seeds.values()) seed.write(new Uint32Array([random.bits(), rank]));
  }

  /** Releases the seeds. */
  [Symbol.dispose](): void {
    for (const seed of this.#seeds.values()) seed.dispose();
  }

  #dropout(key: string): LoraDropout | undefined {
    const { probability } = this.#options;
    return probability ? { seed: this.#seeds.get(key)!, probability } : undefined;
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
