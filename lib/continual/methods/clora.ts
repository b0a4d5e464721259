/** CLoRA: one adapter, kept away from fixed random directions. @module */
import { dense } from "../../linalg/dense.ts";
import { qr } from "../../linalg/qr.ts";
import { Random } from "../../tensor/random.ts";
import { copyInto, type Tensor } from "../../tensor/tensor.ts";
import type { Method } from "../method.ts";
import type { PairPenalty } from "../pair_penalty.ts";
import { cLoraPenalty } from "../regularizers/clora.ts";
import { loraMethod, type LoraMethodKind, type LoraOptions } from "./lora_method.ts";
import { count, factor, type MethodOption, type OptionValues } from "./method_option.ts";

/** CLoRA's own options. */
type Own = {
  readonly lambda: MethodOption<number>;
  readonly directions: MethodOption<number | null>;
  readonly directionSeed: MethodOption<number>;
};

/** Options of {@linkcode cLora}. */
export interface CLoraMethodOptions extends LoraOptions {
  /** λ; default 1. */
  readonly lambda: number;
  /** k, at most the width is used; null (default) for an eighth of it, the published 512 of 4096. */
  readonly directions: number | null;
  /** From which the directions are drawn, the same for all seeds of a run; default 1. */
  readonly directionSeed: number;
}

/** Parts of the width that are directions by default. */
const SHARE = 8;

/** What CLoRA is. */
export const C_LORA: LoraMethodKind<Own> = {
  id: "clora",
  name: "CLoRA",
  summary: "one adapter, penalized for what it does in fixed random directions",
  adapters: "single",
  own: { lambda: factor(1), directions: count(null), directionSeed: count(1, 0) },
  penalty,
};

/**
 * One adapter that every task trains on, with `λ/2 Σ (‖A P_in‖² + ‖Bᵀ P_out‖²)` added to the loss over all modules. The
 * columns of `P_in [in, k]` and `P_out [out, k]` are orthonormal, random, and the same in all tasks.
 *
 * Controlled LoRA (Lu et al., ACL 2025). Published for LLaMA-2-7B: λ 1, k 512 of 4096, with 128 to 2048
 * tried.
 *
 * @throws {InputError} for an option that it does not have, or one out of range
 */
export function cLora(options: Partial<CLoraMethodOptions> = {}): Method {
  return loraMethod(C_LORA, options);
}

function penalty({ lambda, directions, directionSeed }: OptionValues<Own>): PairPenalty {
  const columns = (width: number) => Math.min(width, directions ?? Math.max(1, Math.floor(width / SHARE)));
  return {
    name: C_LORA.name,
    frozen: ({ modules, inputs, outputs }) => ({
      inputDirections: [modules, inputs, columns(inputs)],
      outputDirections: [modules, outputs, columns(outputs)],
    }),
    freeze: (frozen, { before, modules }) => {
      for (const [side, directions] of Object.entries(frozen)) {
        if (before[side]) copyInto(before[side], directions);
        else {drawDirections(
            directions,
            modules.map((name) => new Random(directionSeed, `${side} of ${name}`)),
          );}
      }
    },
    term: (pair, { inputDirections, outputDirections }) =>
      lambda === 0
        ? null
        : cLoraPenalty([{ ...pair, inputDirections, outputDirections }], { factor: lambda }),
  };
}

/** Fills `[L, n, k]` with orthonormal columns, from one stream of random numbers a matrix. */
function drawDirections(directions: Tensor, streams: readonly Random[]): void {
  const [, n, k] = directions.shape;
  const all = new Float32Array(directions.size);
  streams.forEach((random, i) => {
    const normal = Float64Array.from({ length: n * k }, () => random.normal());
    all.set(qr(dense(n, k, normal)).q.data, i * n * k);
  });
  directions.write(all);
}
