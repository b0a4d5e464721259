/** Where the contents of a buffer are. @module */

/**
 * The software adapter reads a texture about twenty times as fast as a buffer, so a buffer may have mirrors there:
 * `quads`, an `rgba32float` texture with four neighbouring floats in each texel, `singles`, an `r32float` one for
 * operands that four does not divide, and `halves`, an `rgba16float` one for operands packed in float16.
 */
export type Place = "buffer" | "quads" | "singles" | "halves";

/** Which of the places hold the current contents. */
export type Places = Readonly<Record<Place, boolean>>;

/** Undefined contents are the same in all places. */
export const EVERYWHERE: Places = { buffer: true, quads: true, singles: true, halves: true };

/** Contents unknown so far. */
export const NOWHERE: Places = { buffer: false, quads: false, singles: false, halves: false };

/** After a write, the contents are current only where they were written. */
export const ONLY: Readonly<Record<Place, Places>> = {
  buffer: { ...NOWHERE, buffer: true },
  quads: { ...NOWHERE, quads: true },
  singles: { ...NOWHERE, singles: true },
  halves: { ...NOWHERE, halves: true },
};
