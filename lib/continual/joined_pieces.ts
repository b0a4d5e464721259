/** Putting matrices below or beside each other, many at once. @module */

/** The first of `count` equal pieces of every array, one behind the other, then the second, and so on. */
export function joinedPieces(count: number, arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const result = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (let i = 0; i < count; i++) {
    for (const array of arrays) {
      const size = array.length / count;
      result.set(array.subarray(i * size, (i + 1) * size), at);
      at += size;
    }
  }
  return result;
}
