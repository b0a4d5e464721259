/** Functions of short texts that remember their results. @module */

/** Longer texts rarely come again. */
const LONGEST = 100;
/** So many results are kept; then all are forgotten. */
const MOST = 50_000;

/** The same function with a memory. Its results must not depend on anything but the text. */
export function remembered<Result>(compute: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = compute(text);
    if (text.length <= LONGEST) {
      if (known.size >= MOST) known.clear();
      known.set(text, result);
    }
    return result;
  };
}
