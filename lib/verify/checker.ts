/** What checks the cases of one kind. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Comparison } from "./comparison.ts";
import type { GoldenCase } from "./golden_case.ts";

/**
 * Computes a case with the library and compares the results.
 *
 * @param device opens the device, once for all cases; kinds that need none do not call it
 */
export type Checker = (
  golden: GoldenCase,
  comparison: Comparison,
  device: () => Promise<Gpu>,
) => void | Promise<void>;
