/** Names that were probably meant. @module */

/**
 * The names most like a text, the most alike first, by the pairs of neighbouring letters they share (Dice's
 * coefficient). Of names that differ in numbers only, such as those of layers, one stands for all.
 *
 * @param names to choose from
 * @param text a mistaken name, or a pattern
 */
export function nearestNames(names: readonly string[], text: string): string[] {
  const wanted = letterPairs(text);
  const kinds = new Map(names.toReversed().map((name) => [name.replace(/\d+/g, "#"), name]));
  return [...kinds.values()]
    .map((name) => ({ name, likeness: likeness(letterPairs(name), wanted) }))
    .sort((a, b) => b.likeness - a.likeness || (a.name < b.name ? -1 : 1))
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** {@linkcode nearestNames} in quotes, for the end of a sentence. */
export function nearestNamesText(names: readonly string[], text: string): string {
  return names.length === 0
    ? "there are none"
    : nearestNames(names, text).map((name) => `"${name}"`).join(", ");
}

const MOST = 3;

function letterPairs(text: string): ReadonlySet<string> {
  const letters = text.toLowerCase().replace(/[^a-z]+/g, " ");
  const pairs = new Set<string>();
  for (let i = 0; i + 1 < letters.length; i++) pairs.add(letters.slice(i, i + 2));
  return pairs;
}

function likeness(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  return 2 * a.intersection(b).size / Math.max(1, a.size + b.size);
}
