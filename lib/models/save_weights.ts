/** Writing a model's folder. @module */
import { writeFileAtomically } from "../files/atomic_file.ts";
import type { PackedWeight, Weights } from "./layout.ts";
import { storedWeights } from "./packed_weights.ts";
import { encodeSafetensors } from "./safetensors.ts";

/** What a model folder holds. */
export interface SavedModel {
  /** The contents of `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly layout: readonly PackedWeight[];
  readonly weights: Weights;
}

/** How weights are written. */
export interface SaveOptions {
  /** Default F32. */
  readonly dtype?: "F32" | "F16";
}

/** Writes `config.json` and `model.safetensors` into a folder, each beside the old one and then renamed. */
export function saveWeights(folder: string, model: SavedModel, options: SaveOptions = {}): void {
  Deno.mkdirSync(folder, { recursive: true });
  writeFileAtomically(`${folder}/config.json`, JSON.stringify(model.config, null, 2) + "\n");
  const file = encodeSafetensors(storedWeights(model.layout, model.weights), {
    dtype: options.dtype,
    metadata: { format: "pt" },
  });
  writeFileAtomically(`${folder}/model.safetensors`, file);
}
