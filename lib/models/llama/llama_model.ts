/** LLaMA models in memory and on disk. @module */
import { basename, resolve } from "node:path";
import { displaySymbol, type RichDisplay } from "../../display/rich_display.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Random } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { readConfig } from "../config_entries.ts";
import { emptyWeights, freshWeights } from "../fresh_weights.ts";
import type { DecoderExtents, GenerativeModel } from "../generate.ts";
import type { BatchExtents, DefaultTargets, ForwardOptions, LanguageModel } from "../language_model.ts";
import type { PackedWeight, Weights } from "../layout.ts";
import { modelDisplay } from "../model_display.ts";
import type { LoadOptions } from "../packed_weights.ts";
import { readWeights } from "../read_weights.ts";
import { type SaveOptions, saveWeights } from "../save_weights.ts";
import { formatLlamaConfig, type LlamaConfig, parseLlamaConfig } from "./llama_config.ts";
import { LlamaDecoder } from "./llama_decoder.ts";
import { llamaForward } from "./llama_forward.ts";
import { LlamaInputs } from "./llama_inputs.ts";
import { llamaLayout } from "./llama_layout.ts";

/** A decoder-only language model. */
export class LlamaModel implements LanguageModel<LlamaInputs>, GenerativeModel {
  readonly architecture = "llama";
  /** Queries and values for LoRA, the gates of the feed-forward layers at full rank. */
  readonly defaultTargets: DefaultTargets = {
    lora: String.raw`.*\.self_attn\.(q|v)_proj`,
    fullRank: String.raw`.*\.mlp\.gate_proj`,
  };
  readonly layout: readonly PackedWeight[];

  constructor(
    readonly gpu: Gpu,
    readonly name: string,
    readonly config: LlamaConfig,
    readonly weights: Weights,
    readonly fingerprint: string,
  ) {
    this.layout = llamaLayout(config);
  }

  /** The token that fills rows up. */
  get padId(): number {
    return this.config.padId;
  }

  /** The tokens that end a text. */
  get eosIds(): readonly number[] {
    return this.config.eosIds;
  }

  /** Input tensors for batches of the given extents. */
  inputs(extents: BatchExtents): LlamaInputs {
    return new LlamaInputs(this.gpu, this.config, extents);
  }

  /** Logits of the labels' positions `[B, T, V]`, with this model's weights or with some of them replaced. */
  forward(inputs: LlamaInputs, weights: Weights = this.weights, options: ForwardOptions = {}): Tensor {
    return llamaForward(this.config, weights, inputs.sequence, { ...options, at: inputs.predicting });
  }

  /** Decodes token by token, with this model's weights or with some of them replaced. */
  decoder(extents: DecoderExtents, weights: Weights = this.weights): LlamaDecoder {
    return new LlamaDecoder(this.gpu, this.config, weights, extents);
  }

  /** Writes `config.json` and `model.safetensors` into a folder. */
  save(folder: string, options: SaveOptions = {}): void {
    saveWeights(folder, { ...this, config: formatLlamaConfig(this.config) }, options);
  }

  /** Releases the weights. */
  [Symbol.dispose](): void {
    for (const weight of Object.values(this.weights)) weight.dispose();
  }

  /** The tree of modules. */
  [displaySymbol](): RichDisplay {
    return modelDisplay(this);
  }
}

/** A model with fresh weights. */
export function createLlama(
  gpu: Gpu,
  config: LlamaConfig,
  options: { readonly random: Random; readonly name?: string },
): LlamaModel {
  const { random, name = "fresh LLaMA" } = options;
  const weights = freshWeights(gpu, llamaLayout(config), random);
  return new LlamaModel(gpu, name, config, weights, `fresh ${random.fork("name").bits()}`);
}

/**
 * Loads a Hugging Face folder with a LLaMA model.
 *
 * @throws {Error} when a file is missing or malformed, or a tensor is missing or of another shape
 */
export function loadLlama(gpu: Gpu, folder: string, options: LoadOptions = {}): LlamaModel {
  const config = readConfig(folder, parseLlamaConfig);
  const model = { config, layout: llamaLayout(config) };
  const { name, weights, fingerprint } = readWeights(gpu, folder, model, options);
  return new LlamaModel(gpu, name, config, weights, fingerprint);
}

/** A LLaMA model of the shapes that a folder's `config.json` names, with undefined weights. */
export function emptyLlama(gpu: Gpu, folder: string, options: LoadOptions = {}): LlamaModel {
  const config = readConfig(folder, parseLlamaConfig);
  return new LlamaModel(
    gpu,
    basename(resolve(folder)),
    config,
    emptyWeights(gpu, llamaLayout(config), options),
    "empty",
  );
}
