/** The two loops over rows of numbers that most of linear algebra consists of. @module */

/** The inner product of `n` neighbouring elements of each array. */
export function dot(x: Float64Array, xStart: number, y: Float64Array, yStart: number, n: number): number {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, i = 0;
  for (; i + 3 < n; i += 4) {
    s0 += x[xStart + i] * y[yStart + i];
    s1 += x[xStart + i + 1] * y[yStart + i + 1];
    s2 += x[xStart + i + 2] * y[yStart + i + 2];
    s3 += x[xStart + i + 3] * y[yStart + i + 3];
  }
  for (; i < n; i++) s0 += x[xStart + i] * y[yStart + i];
  return s0 + s1 + (s2 + s3);
}

/** `y ← y + factor · x` on `n` neighbouring elements. */
export function addScaled(
  y: Float64Array,
  yStart: number,
  factor: number,
  x: Float64Array,
  xStart: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) y[yStart + i] += factor * x[xStart + i];
}
