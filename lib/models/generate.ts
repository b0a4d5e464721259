/** Writing the most likely continuation of prompts. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";
import type { TokenRows } from "./language_model.ts";
import type { Weights } from "./layout.ts";

/** Rows of prompts, padded on either side. */
export type Prompts = Pick<TokenRows, "size" | "sourceLength" | "inputIds" | "attentionMask">;

/** What a decoder is made for. */
export interface DecoderExtents {
  readonly size: number;
  readonly sourceLength: number;
  readonly maxNewTokens: number;
}

/** Decodes a batch of fixed extents token by token. */
export interface TokenDecoder extends Disposable {
  /** `[B]`, i32: the latest tokens. */
  readonly tokens: Tensor;
  /** Reads prompts and finds the first token of each row. */
  begin(prompts: Prompts): void;
  /** Finds the next token of each row, at most `maxNewTokens` with the first. Nothing is waited for. */
  advance(): void;
}

/** A model that can write. */
export interface GenerativeModel {
  readonly gpu: Gpu;
  readonly weights: Weights;
  readonly padId: number;
  readonly eosIds: readonly number[];
  /** A decoder with the model's weights or with some of them replaced. */
  decoder(extents: DecoderExtents, weights?: Weights): TokenDecoder;
}

/** Options of {@linkcode generate}. */
export interface GenerateOptions {
  readonly maxNewTokens: number;
  /** Tokens that end a row; default the model's. */
  readonly eosIds?: readonly number[];
  /** What follows the end; default the model's. */
  readonly padId?: number;
  /** Default the model's. */
  readonly weights?: Weights;
}

/** Tokens that were written. */
export interface Generated {
  /** B */
  readonly size: number;
  /** Tokens of the longest row, its end included. */
  readonly width: number;
  /** `[B, width]` */
  readonly ids: Int32Array<ArrayBuffer>;
}

/** After how many tokens it is looked whether all rows have ended. */
const LOOK_EVERY = 8;

/**
 * Greedy decoding with a cache of keys and values: each new token is the most likely one, until a row's end token
 * or `maxNewTokens`.
 *
 * @returns the new tokens only
 * @throws {RangeError} when `maxNewTokens` is not a whole number of at least 1
 *
 * @example What the embedded model answers
 * ```ts
 * import { loadModel, models, openGpu } from "gorp";
 * using gpu = await openGpu();
 * using model = loadModel(gpu, "data/embedded-t5");
 * const inputIds = new Int32Array([5, 6, 7, 1]);
 * const prompts = { size: 1, sourceLength: 4, inputIds, attentionMask: new Int32Array(4).fill(1) };
 * console.log(models.generate(model, prompts, { maxNewTokens: 3 }).ids);
 * ```
 */
export function generate(model: GenerativeModel, prompts: Prompts, options: GenerateOptions): Generated {
  const { maxNewTokens, eosIds = model.eosIds, padId = model.padId } = options;
  if (!Number.isInteger(maxNewTokens) || maxNewTokens < 1) {
    throw new RangeError(`maxNewTokens must be a whole number of at least 1; ${maxNewTokens} was given.`);
  }
  const { size, sourceLength } = prompts;
  using decoder = model.decoder({ size, sourceLength, maxNewTokens }, options.weights);
  using written = zeros(model.gpu, [maxNewTokens, size], { dtype: "i32" });
  const read = (count: number) => rowsOf(written.view([count, size]).read() as Int32Array, size, eosIds);
  let count = 0;
  do {
    if (count === 0) decoder.begin(prompts);
    else decoder.advance();
    copyInto(decoder.tokens, written.view([size], count++ * size));
  } while (count < maxNewTokens && (count % LOOK_EVERY !== 0 || read(count).some((row) => !row.ended)));
  const rows = read(count);
  const width = Math.max(...rows.map(({ tokens }) => tokens.length));
  const ids = new Int32Array(size * width).fill(padId);
  rows.forEach(({ tokens }, row) => ids.set(tokens, row * width));
  return { size, width, ids };
}

/** The tokens of each row up to its end, from `[count, B]`. */
function rowsOf(
  written: Int32Array,
  size: number,
  eosIds: readonly number[],
): { readonly tokens: number[]; readonly ended: boolean }[] {
  return Array.from({ length: size }, (_, row) => {
    const tokens: number[] = [];
    for (let at = row; at < written.length; at += size) {
      tokens.push(written[at]);
      if (eosIds.includes(written[at])) return { tokens, ended: true };
    }
    return { tokens, ended: false };
  });
}
