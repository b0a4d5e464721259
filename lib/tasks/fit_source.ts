/**
 * Cutting a prompt that is too long without losing the words that ask for the answer.
 *
 * @module
 */
import type { Tokenizer } from "../text/tokenizer.ts";

/**
 * How an over-long prompt is shortened: `sample` cuts the end of the sample text and keeps the prompt's last
 * word (`Answer:`), `right` cuts the end of the prompt whatever it says, as in the published runs.
 */
export type Truncation = "sample" | "right";

/**
 * Token ids of a prompt, at most `limit` of them, without an end token.
 *
 * With `sample`, the sample text keeps as many whole words as fit before the prompt's last word.
 *
 * @param source the prompt
 * @param tokenizer counts tokens
 * @param options `limit`: how many ids are allowed; `truncation`: see {@linkcode Truncation}
 */
export function fitSource(
  source: string,
  tokenizer: Tokenizer,
  options: { readonly limit: number; readonly truncation?: Truncation },
): number[] {
  const { limit, truncation = "sample" } = options;
  const ids = tokenizer.encode(source);
  if (ids.length <= limit) return ids;
  if (truncation === "right") return ids.slice(0, limit);

  const ending = /\s+\S+\s*$/.exec(source)?.[0] ?? "";
  const sample = source.slice(0, source.length - ending.length);
  const ends = Array.from(sample.matchAll(/\S(?=\s|$)/g), (match) => match.index + 1);
  let fits = { words: 0, ids: tokenizer.encode(ending) };
  if (ending === "" || fits.ids.length > limit) return ids.slice(0, limit);
  let tooLong = { words: ends.length, tokens: ids.length };
  for (let round = 0; tooLong.words - fits.words > 1 && fits.ids.length < limit; round++) {
    // By turns where the tokens would be used up if all words had equally many, and in the middle.
    const even = (limit - fits.ids.length) / (tooLong.tokens - fits.ids.length);
    const share = round % 2 === 0 ? even : 0.5;
    const between = tooLong.words - fits.words - 1;
    const words = fits.words + Math.min(Math.max(Math.round(share * (between + 1)), 1), between);
    const attempt = tokenizer.encode(sample.slice(0, ends[words - 1]) + ending);
    if (attempt.length <= limit) fits = { words, ids: attempt };
    else tooLong = { words, tokens: attempt.length };
  }
  return fits.ids;
}
