/** Methods as plain values, which pass from process to process. @module */

/** A method by its name and what is chosen of it; a JSON value, so that another process can make the same. */
export interface MethodChoice {
  /** A name of `METHODS`. */
  readonly method: string;
  /** Default: the method's own. */
  readonly profile?: string;
  /** Default: all of it. */
  readonly variant?: string;
  /** Options that replace the profile's. */
  readonly options?: Readonly<Record<string, unknown>>;
}
