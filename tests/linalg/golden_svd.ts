/** Runs a decomposition over the golden svd cases. @module */
import { assertEquals } from "../assert.ts";
import { caseFolders } from "../golden_case.ts";
import { Comparison } from "../../lib/verify/comparison.ts";
import { readGoldenCase } from "../../lib/verify/golden_case.ts";
import { compareSvd, type Decompose } from "../../lib/verify/kinds/svd.ts";

/** Checks the svd cases under `root`; returns how many there are. */
export function checkGoldenCases(root: string, decompose: Decompose): number {
  const cases = caseFolders(root, "svd").map(readGoldenCase);
  for (const golden of cases) {
    const comparison = new Comparison(golden.record.tolerance);
    compareSvd(golden, comparison, decompose);
    assertEquals(comparison.problem, null, golden.record.name);
  }
  return cases.length;
}
