/** A run's place in a comparison. @module */
import type { Run } from "../results/run_reader.ts";
import type { Method } from "./method.ts";

/** One of the runs that a comparison consists of. */
export interface ComparedRun {
  readonly method: Method;
  readonly seed: number;
  /** From 0. */
  readonly index: number;
  /** Set when the run is over. */
  readonly done?: { readonly run: Run; readonly reused: boolean };
}
