/** T5 models in memory and on disk. @module */
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
import { formatT5Config, parseT5Config, type T5Config } from "./t5_config.ts";
import { T5Decoder } from "./t5_decoder.ts";
import { t5Forward } from "./t5_forward.ts";
import { T5Inputs } from "./t5_inputs.ts";
import { t5Layout } from "./t5_layout.ts";

/** An encoder-decoder language model. */
export class T5Model implements LanguageModel<T5Inputs>, GenerativeModel {
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

  /** The token that fills rows up. */
  get padId(): number {
    return this.config.padId;
  }

  /** The tokens that end a text. */
  get eosIds(): readonly number[] {
    return [this.config.eosId];
  }

  /** Input tensors for batches of the given extents. */
  inputs(extents: BatchExtents): T5Inputs {
    return new T5Inputs(this.gpu, this.config, extents);
  }

  /** Logits `[B, T, V]`, with this model's weights or with some of them replaced. */
  forward(inputs: T5Inputs, weights: Weights = this.weights, options: ForwardOptions = {}): Tensor {
    return t5Forward({ config: this.config, weights, inputs, ...options });
  }

  /** Decodes token by token, with this model's weights or with some of them replaced. */
  decoder(extents: DecoderExtents, weights: Weights = this.weights): T5Decoder {
    return new T5Decoder(this.gpu, this.config, weights, extents);
  }

  /** Writes `config.json` and `model.safetensors` into a folder. */
  save(folder: string, options: SaveOptions = {}): void {
    saveWeights(folder, { ...this, config: formatT5Config(this.config) }, options);
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
export function createT5(
  gpu: Gpu,
  config: T5Config,
  options: { readonly random: Random; readonly name?: string },
): T5Model {
  const { random, name = "fresh T5" } = options;
  const weights = freshWeights(gpu, t5Layout(config), random);
  return new T5Model(gpu, name, config, weights, `fresh ${random.fork("name").bits()}`);
}

/**
 * Loads a Hugging Face folder with a T5 model.
 *
 * @throws {Error} when a file is missing or malformed, or a tensor is missing or of another shape
 */
export function loadT5(gpu: Gpu, folder: string, options: LoadOptions = {}): T5Model {
  const config = readConfig(folder, parseT5Config);
  const model = { config, layout: t5Layout(config) };
  const { name, weights, fingerprint } = readWeights(gpu, folder, model, options);
  return new T5Model(gpu, name, config, weights, fingerprint);
}

/** A T5 model of the shapes that a folder's `config.json` names, with undefined weights. */
export function emptyT5(gpu: Gpu, folder: string, options: LoadOptions = {}): T5Model {
  const config = readConfig(folder, parseT5Config);
  return new T5Model(
    gpu,
    basename(resolve(folder)),
    config,
    emptyWeights(gpu, t5Layout(config), options),
    "empty",
  );
}
