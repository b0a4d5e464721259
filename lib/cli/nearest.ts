/** Guessing what was meant. @module */

/** So many candidates can be listed beside a guess. */
const FEW = 5;

/**
 * The candidate that `word` is most likely a slip of, or null when none is near: up to a third of its letters
 * may be wrong (Levenshtein distance), or it may be the beginning of just one candidate.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const begun = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word));
  if (begun.length === 1) return begun[0];
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best !== null && bestDistance <= Math.max(1, Math.floor(best.length / 3)) ? best : null;
}

/** The end of a sentence about an unknown word: its nearest candidate, and all of them when they are few. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const guess = nearest(word, candidates);
  const all = `there ${candidates.length === 1 ? "is" : "are"} ${candidates.join(", ")}.`;
  if (guess === null) return all;
  return candidates.length > FEW ? `did you mean "${guess}"?` : `did you mean "${guess}"? T${all.slice(1)}`;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const substitution = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(Math.min(substitution, row[j] + 1, next[j - 1] + 1, isSwap ? before[j - 2] + 1 : Infinity));
    }
    [before, row] = [row, next];
  }
  return row[to.length];
}
