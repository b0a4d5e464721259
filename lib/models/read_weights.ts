/** Reading a model's folder. @module */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Gpu } from "../gpu/gpu.ts";
import { openCheckpoint } from "./checkpoint_files.ts";
import type { PackedWeight, Weights } from "./layout.ts";
import { type LoadOptions, loadPacked } from "./packed_weights.ts";

/** The weights of a folder and what to call the model. */
export interface StoredModel {
  readonly name: string;
  readonly weights: Weights;
  /** A hash of configuration and weights. */
  readonly fingerprint: string;
}

/**
 * Reads the weights of a layout from the safetensors files of a folder.
 *
 * @param config decides with the files what the model computes
 * @throws {Error} when a file is missing or damaged, or a tensor is missing or of another shape
 */
export function readWeights(
  gpu: Gpu,
  folder: string,
  model: { readonly config: unknown; readonly layout: readonly PackedWeight[] },
  options: LoadOptions = {},
): StoredModel {
  using checkpoint = openCheckpoint(folder);
  const weights = loadPacked(gpu, model.layout, checkpoint, options);
  const rounding = options.weights === "f16" ? "f16" : "";
  const contents = JSON.stringify(model.config) + rounding + checkpoint.fingerprint();
  const fingerprint = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  return { name: basename(folder), weights, fingerprint };
}
