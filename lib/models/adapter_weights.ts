/** A model's weights under an adapter. @module */
import { InputError } from "../errors/input_error.ts";
import { addLowRank, type LowRankPart } from "../autograd/ops/add_low_rank.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { Adapter } from "./adapter.ts";
import { requireFittingAdapter } from "./adapter_fit.ts";
import { type AdapterPair, pairDelta } from "./adapter_pair.ts";
import type { LanguageModel } from "./language_model.ts";
import { placesOf, type Weights } from "./layout.ts";
import { moduleShapes } from "./target_modules.ts";

/** What of a model an adapter changes. */
type Model = Pick<LanguageModel, "layout" | "weights">;

/** A pair on the GPU. */
export interface TensorPair {
  /** The name of the module, without `.weight`. */
  readonly module: string;
  /** A `[r, in]` */
  readonly a: Tensor;
  /** B `[out, r]` */
  readonly b: Tensor;
  /** s */
  readonly scaling: number;
}

/** Pairs of an adapter as tensors that belong to the caller, or to the scope. */
export function tensorPairs(gpu: Gpu, pairs: readonly AdapterPair[]): TensorPair[] {
  return pairs.map(({ module, rank, inputs, outputs, scaling, a, b }) => ({
    module,
    a: tensor(gpu, a, [rank, inputs]),
    b: tensor(gpu, b, [outputs, rank]),
    scaling,
  }));
}

/**
 * The weights with `W + s · B A` in place of every adapted W. Where A and B are watched by a tape, the loss of a
 * forward pass with these weights has their gradients.
 *
 * @param pairs one or several a module
 * @throws {InputError} when a module is missing or has another shape
 */
export function adaptedWeights({ layout, weights }: Model, pairs: readonly TensorPair[]): Weights {
  const places = placesOf(layout);
  const parts = new Map<string, LowRankPart[]>();
  for (const { module, a, b, scaling } of pairs) {
    const place = places.get(`${module}.weight`);
    if (!place || place.part.rows !== b.shape[0]) {
      throw new InputError(
        `The model has no module "${module}" with ${b.shape[0]} rows, which a pair is for.`,
      );
    }
    const { weight: { key }, part: { row } } = place;
    parts.set(key, [...parts.get(key) ?? [], { row, a, b, scale: scaling }]);
  }
  const adapted = [...parts].map(([key, changes]) => [key, addLowRank(weights[key], changes)] as const);
  return { ...weights, ...Object.fromEntries(adapted) };
}

/**
 * The weights with an adapter merged into them, `W + s · B A` summed in float64 on the CPU and rounded once: what
 * PEFT's `merge_and_unload` leaves. Weights that the adapter does not change are the model's own tensors.
 *
 * @throws {InputError} when the adapter is for another model
 *
 * @example Merging an adapter that changes nothing
 * ```ts
 * import { loadModel, models, openGpu } from "gorp";
 * using gpu = await openGpu();
 * using model = loadModel(gpu, "data/embedded-t5");
 * const module = "encoder.block.0.layer.0.SelfAttention.q";
 * const [outputs, inputs] = models.moduleShapes(model.layout).get(module)!;
 * const zero = { a: new Float32Array(inputs), b: new Float32Array(outputs) };
 * const pairs = [{ module, rank: 1, inputs, outputs, scaling: 1, ...zero }];
 * const folder = await Deno.makeTempDir();
 * models.writeAdapter(folder, pairs, { baseModel: model.name, taskType: "SEQ_2_SEQ_LM" });
 * const weights = models.mergedWeights(model, models.readAdapter(folder));
 * console.log(Object.keys(weights).length);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function mergedWeights(model: Model, adapter: Adapter): Weights {
  const { layout, weights } = model;
  requireFittingAdapter(adapter, moduleShapes(layout));
  const places = placesOf(layout);
  const merged = new Map<string, Float32Array<ArrayBuffer>>();
  for (const pair of adapter.pairs) {
    const { weight: { key }, part: { row } } = places.get(`${pair.module}.weight`)!;
    const data = merged.get(key) ?? weights[key].readFloats();
    const start = row * pair.inputs;
    pairDelta(pair).forEach((change, i) => data[start + i] += change);
    merged.set(key, data);
  }
  const changed = [...merged].map(([key, data]) =>
    [key, tensor(weights[key].gpu, data, weights[key].shape)] as const
  );
  return { ...weights, ...Object.fromEntries(changed) };
}
