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
 * With `sample`, the sample text is cut between two words at the longest length that was found to fit (a search
 * by interpolation, within a few tokens of the best).
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
  let longest = { characters: 0, ids: tokenizer.encode(ending) };
  if (longest.ids.length > limit) return ids.slice(0, limit);
  let tooLong = { characters: sample.length, tokens: ids.length };
  for (let round = 0; round < 8 && longest.ids.length < limit; round++) {
    const share = (limit - longest.ids.length) / (tooLong.tokens - longest.ids.length);
    const guess = longest.characters + Math.floor(share * (tooLong.characters - longest.characters));
    const characters = endOfWord(sample, guess);
    if (characters <= longest.characters) break;
    const attempt = tokenizer.encode(sample.slice(0, characters) + ending);
    if (attempt.length <= limit) longest = { characters, ids: attempt };
    else tooLong = { characters, tokens: attempt.length };
  }
  return longest.ids;
}

/** The last position at or before `position` where a word ends. */
function endOfWord(text: string, position: number): number {
  let end = position;
  while (end > 0 && !(/\S/.test(text[end - 1]) && /\s/.test(text[end] ?? " "))) end--;
  return end;
}
