/** How tokenizers look in notebooks. @module */
import { countText, linesDisplay, type RichDisplay } from "../display/rich_display.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Size and special tokens, with what they look like. */
export function tokenizerDisplay(kind: string, tokenizer: Tokenizer): RichDisplay {
  const { vocabularySize, padId, eosId, bosId, sentinelIds, paddingSide } = tokenizer;
  const token = (id: number | null) =>
    id === null ? "none" : `${tokenizer.decode([id], { special: true, stopAtEnd: false })} (${id})`;
  return linesDisplay([
    `${kind}, ${countText(vocabularySize)} tokens`,
    `begin    ${token(bosId)}`,
    `end      ${token(eosId)}`,
    `padding  ${token(padId)}, on the ${paddingSide}`,
    ...sentinelIds.length > 0 ? [`${sentinelIds.length} sentinels`] : [],
  ]);
}
