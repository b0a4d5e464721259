/** Cutting a text at matches of a pattern, in the ways that Hugging Face's tokenizers have. @module */

/** What becomes of the matches. */
export type SplitBehavior = "Removed" | "Isolated" | "MergedWithPrevious" | "MergedWithNext" | "Contiguous";

/**
 * The pieces of a text, none of them empty.
 *
 * @param pattern with the flag `g`
 * @param options.behavior what becomes of the matches: removed, pieces of their own, part of the piece before or
 * after, or pieces of their own with neighbours joined
 * @param options.invert whether to take what lies between the matches for the matches. Default false
 */
export function splitAt(
  text: string,
  pattern: RegExp,
  options: { readonly behavior: SplitBehavior; readonly invert?: boolean },
): string[] {
  const { behavior, invert = false } = options;
  const pieces: string[] = [];
  let wasMatch: boolean | null = null;
  for (const { piece, isMatch } of cut(text, pattern, invert)) {
    if (isMatch && behavior === "Removed") continue;
    const joins = behavior === "MergedWithPrevious"
      ? isMatch && wasMatch === false
      : behavior === "MergedWithNext"
      ? !isMatch && wasMatch === true
      : behavior === "Contiguous" && isMatch === wasMatch;
    if (joins) pieces[pieces.length - 1] += piece;
    else pieces.push(piece);
    wasMatch = isMatch;
  }
  return pieces;
}

function* cut(
  text: string,
  pattern: RegExp,
  invert: boolean,
): Generator<{ piece: string; isMatch: boolean }> {
  let end = 0;
  for (const { 0: match, index } of text.matchAll(pattern)) {
    if (index > end) yield { piece: text.slice(end, index), isMatch: invert };
    if (match.length > 0) yield { piece: match, isMatch: !invert };
    end = index + match.length;
  }
  if (end < text.length) yield { piece: text.slice(end), isMatch: invert };
}
