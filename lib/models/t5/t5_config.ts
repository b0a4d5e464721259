/** The hyperparameters of a T5 model. @module */
import { InputError } from "../../errors/input_error.ts";
import { type ConfigJson, countEntry, layersEntry, numberEntry } from "../config_entries.ts";

/** As in a Hugging Face `config.json` with `model_type: "t5"`. */
export interface T5Config {
  readonly vocabularySize: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly heads: number;
  /** Width of one head. */
  readonly headWidth: number;
  readonly feedForwardWidth: number;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly buckets: number;
  readonly maxDistance: number;
  /** `relu` (v1.0) or `gated-gelu` (v1.1). */
  readonly activation: "relu" | "gated-gelu";
  /** Whether the head shares the embedding; then the decoder's output is scaled by width^−½. */
  readonly tied: boolean;
  readonly eps: number;
  readonly padId: number;
  readonly eosId: number;
  readonly decoderStartId: number;
}

/**
 * Reads a Hugging Face `config.json`.
 *
 * @throws {InputError} when a needed entry is missing or of another type, or the model is no T5
 */
export function parseT5Config(json: ConfigJson): T5Config {
  if (json.model_type !== "t5") {
    throw new InputError(`Expected model_type "t5", found ${JSON.stringify(json.model_type)}.`);
  }
  const number = (name: string, fallback?: number) => numberEntry(json, name, fallback);
  const count = (name: string, fallback?: number) => countEntry(json, name, fallback);
  const activation = json.feed_forward_proj ?? "relu";
  if (activation !== "relu" && activation !== "gated-gelu") {
    throw new InputError(
      `feed_forward_proj must be "relu" or "gated-gelu", found ${JSON.stringify(activation)}.`,
    );
  }
  return {
    vocabularySize: count("vocab_size"),
    width: count("d_model"),
    heads: count("num_heads"),
    headWidth: count("d_kv"),
    feedForwardWidth: count("d_ff"),
    encoderLayers: layersEntry(json, "num_layers"),
    decoderLayers: layersEntry(json, "num_decoder_layers", layersEntry(json, "num_layers")),
    buckets: number("relative_attention_num_buckets", 32),
    maxDistance: number("relative_attention_max_distance", 128),
    activation,
    tied: json.tie_word_embeddings !== false,
    eps: number("layer_norm_epsilon", 1e-6),
    padId: number("pad_token_id", 0),
    eosId: number("eos_token_id", 1),
    decoderStartId: number("decoder_start_token_id", 0),
  };
}

/** The `config.json` of a model, in the form that transformers reads. */
export function formatT5Config(config: T5Config): Record<string, unknown> {
  return {
    architectures: ["T5ForConditionalGeneration"],
    model_type: "t5",
    is_encoder_decoder: true,
    vocab_size: config.vocabularySize,
    d_model: config.width,
    d_kv: config.headWidth,
    num_heads: config.heads,
    d_ff: config.feedForwardWidth,
    num_layers: config.encoderLayers,
    num_decoder_layers: config.decoderLayers,
    relative_attention_num_buckets: config.buckets,
    relative_attention_max_distance: config.maxDistance,
    feed_forward_proj: config.activation,
    tie_word_embeddings: config.tied,
    layer_norm_epsilon: config.eps,
    dropout_rate: 0,
    pad_token_id: config.padId,
    eos_token_id: config.eosId,
    decoder_start_token_id: config.decoderStartId,
  };
}
