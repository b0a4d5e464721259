/** Shapes of tensors. @module */

/** Extents of a row-major array, slowest dimension first. */
export type Shape = readonly number[];

/** Number of elements of a shape. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const extent of shape) count *= extent;
  return count;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, i) => extent === b[i]);
}

/** A shape in words: `[2, 3]`. */
export function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** The last extent. */
export function columnsOf(shape: Shape): number {
  return shape[shape.length - 1];
}

/** The product of all extents but the last. */
export function rowsOf(shape: Shape): number {
  return elementCount(shape.slice(0, -1));
}
