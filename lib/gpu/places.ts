/** Where the contents of a buffer are. @module */

/**
 * The software adapter reads a texture about twenty times as fast as a buffer, so a buffer may have mirrors there:
 * `quads`, an `rgba32float` texture with four neighbouring floats in each texel, and `singles`, an `r32float`
 * one for operands that four does not divide.
 */
export type Place = "buffer" | "quads" | "singles";

/** Which of the places hold the current contents. */
export type Places = Readonly<Record<Place, boolean>>;

/** Undefined contents are the same in all places. */
export const EVERYWHERE: Places = { buffer: true, quads: true, singles: true };

/** Contents unknown so far. */
export const NOWHERE: Places = { buffer: false, quads: false, singles: false };

/** After a write, the contents are current only where they were written. */
export const ONLY: Readonly<Record<Place, Places>> = {
  buffer: { ...NOWHERE, buffer: true },
  quads: { ...NOWHERE, quads: true },
  singles: { ...NOWHERE, singles: true },
};
