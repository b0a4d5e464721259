/** T5 models in memory and on disk. @module */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Random } from "../../tensor/random.ts";
import { elementCount } from "../../tensor/shape.ts";
import { type Tensor, tensor } from "../../tensor/tensor.ts";
import { openCheckpoint } from "../checkpoint_files.ts";
import type { PackedWeight, Weights } from "../layout.ts";
import type { BatchExtents, DefaultTargets, LanguageModel } from "../language_model.ts";
import { loadPacked, storedWeights } from "../packed_weights.ts";
import { readJson } from "../model_files.ts";
import { encodeSafetensors } from "../safetensors.ts";
import { formatT5Config, parseT5Config, type T5Config } from "./t5_config.ts";
import { t5Forward } from "./t5_forward.ts";
import { T5Inputs } from "./t5_inputs.ts";
import { t5Layout } from "./t5_layout.ts";

/** An encoder-decoder language model. */
export class T5Model implements LanguageModel<T5Inputs> {
  readonly architecture = "t5";
  /** Self-attention queries and values for LoRA, the decoder's cross-attention ones at full rank. */
  readonly defaultTargets: DefaultTargets = {
    lora: String.raw`.*\.SelfAttention\.(q|v)`,
    fullRank: String.raw`.*\.EncDecAttention\.(q|v)`,
  };
  readonly layout: readonly PackedWeight[];

  constructor(
    readonly gpu: Gpu,
    readonly name: string,
    readonly config: T5Config,
    readonly weights: Weights,
    readonly fingerprint: string,
  ) {
    this.layout = t5Layout(config);
  }

  /** Input tensors for batches of the given extents. */
  inputs(extents: BatchExtents): T5Inputs {
    return new T5Inputs(this.gpu, this.config, extents);
  }

  /** Logits `[B, T, V]`, with this model's weights or with some of them replaced. */
  forward(inputs: T5Inputs, weights: Weights = this.weights): Tensor {
    return t5Forward(this.config, weights, inputs);
  }

  /** Writes `config.json` and `model.safetensors` into a folder. */
  save(folder: string, options: { readonly dtype?: "F32" | "F16" } = {}): void {
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(
      `${folder}/config.json`,
      JSON.stringify(formatT5Config(this.config), null, 2) + "\n",
    );
    const file = encodeSafetensors(storedWeights(this.layout, this.weights), {
      dtype: options.dtype,
      metadata: { format: "pt" },
    });
    Deno.writeFileSync(`${folder}/model.safetensors.tmp`, file);
    Deno.renameSync(`${folder}/model.safetensors.tmp`, `${folder}/model.safetensors`);
  }

  /** Releases the weights. */
  [Symbol.dispose](): void {
    for (const weight of Object.values(this.weights)) weight.dispose();
  }
}

/** A model with fresh weights. */
export function createT5(
  gpu: Gpu,
  config: T5Config,
  options: { readonly random: Random; readonly name?: string },
): T5Model {
  const weights: Record<string, Tensor> = {};
  for (const { key, shape, parts } of t5Layout(config)) {
    const rowSize = elementCount(shape) / shape[0];
    const data = new Float32Array(elementCount(shape));
    for (const { name, row, rows, init } of parts) {
      const part = data.subarray(row * rowSize, (row + rows) * rowSize);
      if (init === "ones") part.fill(1);
      else part.set(options.random.fork(name).normalArray(part.length, init));
    }
    weights[key] = tensor(gpu, data, shape);
  }
  return new T5Model(
    gpu,
    options.name ?? "fresh T5",
    config,
    weights,
    `fresh ${options.random.fork("name").bits()}`,
  );
}

/**
 * Loads a Hugging Face folder with a T5 model.
 *
 * @throws {Error} when a file is missing or malformed, or a tensor is missing or of another shape
 */
export function loadT5(gpu: Gpu, folder: string): T5Model {
  const config = parseT5Config(readJson(`${folder}/config.json`));
  using checkpoint = openCheckpoint(folder);
  const weights = loadPacked(gpu, t5Layout(config), checkpoint);
  const contents = JSON.stringify(config) + checkpoint.fingerprint();
  const fingerprint = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  return new T5Model(gpu, basename(folder), config, weights, fingerprint);
}
