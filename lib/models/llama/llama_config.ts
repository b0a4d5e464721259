/** The hyperparameters of a LLaMA model. @module */
import { InputError } from "../../errors/input_error.ts";
import { type ConfigJson, countEntry, layersEntry, numberEntry } from "../config_entries.ts";
import { formatRotary, parseRotary, type RotaryOptions } from "./rotary_frequencies.ts";

/** As in a Hugging Face `config.json` with `model_type: "llama"`. */
export interface LlamaConfig {
  readonly vocabularySize: number;
  /** Width of the residual stream. */
  readonly width: number;
  readonly layers: number;
  /** Heads of queries. */
  readonly heads: number;
  /** Heads of keys and values, each shared by `heads / keyHeads` heads of queries. */
  readonly keyHeads: number;
  /** Width of one head, even. */
  readonly headWidth: number;
  readonly feedForwardWidth: number;
  readonly eps: number;
  readonly rotary: RotaryOptions;
  /** Whether the head shares the embedding. */
  readonly tied: boolean;
  readonly padId: number;
  readonly bosId: number;
  /** Tokens that end a text; the first is the one that labels end with. */
  readonly eosIds: readonly number[];
  /** Standard deviation of fresh weights. */
  readonly deviation: number;
}

/**
 * Reads a Hugging Face `config.json`.
 *
 * @throws {InputError} when a needed entry is missing or of another type, or the model computes something else
 */
export function parseLlamaConfig(json: ConfigJson): LlamaConfig {
  requireEntry(json, "model_type", ["llama"]);
  requireEntry(json, "hidden_act", ["silu", undefined]);
  for (const name of ["attention_bias", "mlp_bias"]) requireEntry(json, name, [false, undefined]);
  const width = countEntry(json, "hidden_size");
  const heads = countEntry(json, "num_attention_heads");
  const keyHeads = countEntry(json, "num_key_value_heads", heads);
  if (heads % keyHeads !== 0) {
    throw new InputError(
      `num_attention_heads (${heads}) must be a multiple of num_key_value_heads (${keyHeads}).`,
    );
  }
  const headWidth = countEntry(json, "head_dim", width / heads);
  if (headWidth % 2 !== 0) throw new InputError(`The width of a head must be even, found ${headWidth}.`);
  const eosIds = [json.eos_token_id ?? 2].flat() as number[];
  return {
    vocabularySize: countEntry(json, "vocab_size"),
    ...{ width, heads, keyHeads, headWidth },
    layers: layersEntry(json, "num_hidden_layers"),
    feedForwardWidth: countEntry(json, "intermediate_size"),
    eps: numberEntry(json, "rms_norm_eps", 1e-6),
    rotary: parseRotary(json),
    tied: json.tie_word_embeddings === true,
    padId: numberEntry(json, "pad_token_id", eosIds[0]),
    bosId: numberEntry(json, "bos_token_id", 1),
    eosIds,
    deviation: numberEntry(json, "initializer_range", 0.02),
  };
}

/** The `config.json` of a model, in the form that transformers reads. */
export function formatLlamaConfig(config: LlamaConfig): Record<string, unknown> {
  const { eosIds } = config;
  return {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    vocab_size: config.vocabularySize,
    hidden_size: config.width,
    intermediate_size: config.feedForwardWidth,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.keyHeads,
    head_dim: config.headWidth,
    hidden_act: "silu",
    attention_bias: false,
    mlp_bias: false,
    rms_norm_eps: config.eps,
    ...formatRotary(config.rotary),
    tie_word_embeddings: config.tied,
    pad_token_id: config.padId,
    bos_token_id: config.bosId,
    eos_token_id: eosIds.length === 1 ? eosIds[0] : eosIds,
    initializer_range: config.deviation,
  };
}

function requireEntry(json: ConfigJson, name: string, values: readonly unknown[]): void {
  const value = json[name] ?? undefined;
  if (values.includes(value)) return;
  throw new InputError(
    `A LLaMA model with ${name} ${JSON.stringify(value)} cannot be computed; ${
      JSON.stringify(values[0])
    } is needed.`,
  );
}
