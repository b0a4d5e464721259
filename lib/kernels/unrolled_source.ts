/** Unrolling the loops of a kernel over known counts. @module */

/**
 * Writes out each loop `for (var i = 0u; i < NAME; i++) { … }` of WGSL source whose bound is among `counts`, and puts
 * the numbers in place of the other uses of these names. Arrays indexed only by such loops then live in
 * registers; left to themselves, drivers keep them in memory, since WGSL guards every loop and index.
 */
export function unrolledSource(code: string, counts: Readonly<Record<string, number>>): string {
  const names = Object.keys(counts).join("|");
  const header = new RegExp(`for \\(var (\\w+) = 0u; \\1 < (${names}); \\1\\+\\+\\) \\{`);
  let result = code;
  for (let match = header.exec(result); match; match = header.exec(result)) {
    const [loop, variable, name] = match;
    const start = match.index + loop.length;
    const end = endOfBlock(result, start);
    const body = result.slice(start, end);
    const copies = Array.from(
      { length: counts[name] },
      (_, i) => `{${body.replace(new RegExp(`\\b${variable}\\b`, "g"), `${i}u`)}}`,
    );
    result = result.slice(0, match.index) + copies.join("\n") + result.slice(end + 1);
  }
  return result.replace(new RegExp(`\\b(${names})\\b`, "g"), (name) => `${counts[name]}u`);
}

/** Where the block that begins at `start`, behind its opening brace, is closed. */
function endOfBlock(code: string, start: number): number {
  for (let at = start, depth = 1; at < code.length; at++) {
    if (code[at] === "{") depth++;
    if (code[at] === "}" && --depth === 0) return at;
  }
  throw new Error("A loop of the kernel has no end.");
}
