/** Normalizers of the tokenizers library, brought to agree with Python's to the character. @module */
import {
  LowercaseNormalizer,
  type Normalizer,
  PrecompiledNormalizer,
  SequenceNormalizer,
  StripNormalizer,
} from "@huggingface/tokenizers";
import { CharacterMap } from "./character_map.ts";

/** Replaces what a normalizer and its parts do where that differs from Python's. */
export function makeNormalizerExact(part: Normalizer | null): void {
  if (part instanceof SequenceNormalizer) part.normalizers.forEach(makeNormalizerExact);
  // The library has NFKC and a list of spaces in place of the map.
  if (part instanceof PrecompiledNormalizer) {
    const map = part.charsmap ? new CharacterMap(part.charsmap) : null;
    part.normalize = (text) => map?.normalize(text) ?? text;
  }
  if (part instanceof StripNormalizer) {
    const { strip_left: left, strip_right: right } = part.config as {
      strip_left?: boolean;
      strip_right?: boolean;
    };
    part.normalize = (text) => trim(text, { left, right });
  }
  // JavaScript has another small sigma for the end of a word.
  if (part instanceof LowercaseNormalizer) {
    part.normalize = (text) => text.replaceAll("Σ", "σ").toLowerCase();
  }
}

/** JavaScript's own trimming takes U+FEFF for a space, and does not take U+0085 for one. */
function trim(text: string, sides: { readonly left?: boolean; readonly right?: boolean }): string {
  const begun = sides.left ? text.replace(/^\p{White_Space}+/u, "") : text;
  if (!sides.right) return begun;
  let end = begun.length;
  while (end > 0 && /\p{White_Space}/u.test(begun[end - 1])) end--;
  return begun.slice(0, end);
}
