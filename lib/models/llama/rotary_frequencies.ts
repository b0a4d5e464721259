/** How fast the pairs of a head turn with the position. @module */
import { InputError } from "../../errors/input_error.ts";
import { type ConfigJson, numberEntry } from "../config_entries.ts";

/** Frequencies as LLaMA 3.1 stretches them for longer texts: slow pairs are slowed down, fast ones kept. */
export interface Llama3Scaling {
  readonly type: "llama3";
  readonly factor: number;
  readonly lowFrequencyFactor: number;
  readonly highFrequencyFactor: number;
  /** Positions that the model was first trained on. */
  readonly originalPositions: number;
}

/** All frequencies divided by a factor. */
export interface LinearScaling {
  readonly type: "linear";
  readonly factor: number;
}

/** What decides the frequencies. */
export interface RotaryOptions {
  /** θ; pair i of a head of width d turns by θ^(−2i/d) a position. */
  readonly theta: number;
  readonly scaling: LinearScaling | Llama3Scaling | null;
}

/**
 * Reads `rope_theta` and `rope_scaling` (transformers 4) or `rope_parameters` (transformers 5).
 *
 * @throws {InputError} for a scaling that is not known
 */
export function parseRotary(json: ConfigJson): RotaryOptions {
  const given = (json.rope_parameters ?? json.rope_scaling ?? {}) as ConfigJson;
  const theta = numberEntry({ rope_theta: given.rope_theta ?? json.rope_theta }, "rope_theta", 10_000);
  const type = given.rope_type ?? given.type ?? "default";
  const share = numberEntry(
    { partial_rotary_factor: given.partial_rotary_factor ?? json.partial_rotary_factor },
    "partial_rotary_factor",
    1,
  );
  if (share !== 1) throw new InputError(`partial_rotary_factor must be 1, found ${share}.`);
  switch (type) {
    case "default":
      return { theta, scaling: null };
    case "linear":
      return { theta, scaling: { type: "linear", factor: numberEntry(given, "factor") } };
    case "llama3":
      return {
        theta,
        scaling: {
          type: "llama3",
          factor: numberEntry(given, "factor"),
          lowFrequencyFactor: numberEntry(given, "low_freq_factor"),
          highFrequencyFactor: numberEntry(given, "high_freq_factor"),
          originalPositions: numberEntry(given, "original_max_position_embeddings"),
        },
      };
    default:
      throw new InputError(
        `The rotary scaling ${JSON.stringify(type)} is not known; default, linear and llama3 are.`,
      );
  }
}

/** The entries of a `config.json`. */
export function formatRotary({ theta, scaling }: RotaryOptions): Record<string, unknown> {
  if (!scaling) return { rope_theta: theta };
  const { type: rope_type, factor } = scaling;
  const stretched = scaling.type === "linear" ? {} : {
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalPositions,
  };
  return { rope_theta: theta, rope_scaling: { rope_type, factor, ...stretched } };
}

/** Angle by position of each pair of a head of the given width, rounded to float32 where PyTorch rounds it. */
export function rotaryFrequencies(options: RotaryOptions, width: number): Float32Array<ArrayBuffer> {
  const { theta, scaling } = options;
  return Float32Array.from({ length: width / 2 }, (_, i) => {
    const frequency = Math.fround(1 / Math.fround(theta ** Math.fround(2 * i / width)));
    return scaling ? scaled(frequency, scaling) : frequency;
  });
}

function scaled(frequency: number, scaling: LinearScaling | Llama3Scaling): number {
  if (scaling.type === "linear") return frequency / scaling.factor;
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling;
  const turns = originalPositions * frequency / (2 * Math.PI);
  if (turns < low) return frequency / factor;
  if (turns > high) return frequency;
  const kept = (turns - low) / (high - low);
  return (1 - kept) * frequency / factor + kept * frequency;
}

/** The cosines of all pairs, then their sines, for each position up to `positions`: `[positions, width]`. */
export function rotaryTable(
  options: RotaryOptions,
  sizes: { readonly positions: number; readonly width: number },
): Float32Array<ArrayBuffer> {
  const { positions, width } = sizes;
  const frequencies = rotaryFrequencies(options, width);
  const table = new Float32Array(positions * width);
  for (let position = 0; position < positions; position++) {
    frequencies.forEach((frequency, i) => {
      const angle = Math.fround(position * frequency);
      table[position * width + i] = Math.cos(angle);
      table[position * width + width / 2 + i] = Math.sin(angle);
    });
  }
  return table;
}
