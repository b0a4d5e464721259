/** Writing a model's folder. @module */
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

/** Writes `config.json` and `model.safetensors` into a folder, the weights beside the old ones and then renamed. */
export function saveWeights(folder: string, model: SavedModel, options: SaveOptions = {}): void {
  Deno.mkdirSync(folder, { recursive: true });
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(model.config, null, 2) + "\n");
  const file = encodeSafetensors(storedWeights(model.layout, model.weights), {
    dtype: options.dtype,
    metadata: { format: "pt" },
  });
  Deno.writeFileSync(`${folder}/model.safetensors.tmp`, file);
  Deno.renameSync(`${folder}/model.safetensors.tmp`, `${folder}/model.safetensors`);
}
