/** An error of its own for what a diverging training leaves behind. @module */

/** A matrix to be decomposed holds NaN or infinity. */
export class NotFiniteError extends RangeError {
  override readonly name = "NotFiniteError";
}
