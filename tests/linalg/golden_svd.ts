/** Runs a decomposition over the golden svd cases. @module */
import { assert, assertThrows } from "../assert.ts";
import { assertWithin, caseFolders, type GoldenCase, loadCase } from "../golden_case.ts";
import { type Dense, dense } from "../../lib/linalg/dense.ts";
import { capturedEnergy, orthonormalityError, type Pairs, projector } from "./checks.ts";

/** Returns the first pairs of a golden matrix. */
export type Decompose = (a: Dense, k: number) => Pairs;

/**
 * Checks the svd cases under `root`.
 *
 * @param options.float32 only the matrices that are stored in float32
 * @returns how many were checked
 */
export function checkGoldenCases(
  root: string,
  decompose: Decompose,
  options: { readonly float32?: boolean } = {},
): number {
  const cases = caseFolders(root, "svd").map(loadCase)
    .filter(({ tensors }) => !options.float32 || tensors.get("a")!.dtype === "F32");
  for (const golden of cases) checkCase(golden, decompose);
  return cases.length;
}

function checkCase({ case: record, tensors }: GoldenCase, decompose: Decompose): void {
  const { check, k, energyFloor, optimalEnergy } = record.config;
  const { shape: [rows, columns], data } = tensors.get("a")!;
  const a = dense(rows, columns, data as Float32Array);
  if (check === "error") {
    assertThrows(() => decompose(a, k), RangeError, "finite");
    return;
  }
  const pairs = decompose(a, k);
  const options = { tolerance: record.tolerance, name: "s" };
  const expected = tensors.get("s")!.data as Float64Array;
  assertWithin(pairs.s, expected.subarray(0, pairs.s.length), options);
  for (const vectors of [pairs.u, pairs.v]) {
    assert(orthonormalityError(vectors) < 1e-5, `${record.name}: vectors are not orthonormal`);
  }
  if (check === "subspace") {
    for (const [name, got] of [["u", pairs.u], ["v", pairs.v]] as const) {
      const { shape, data } = tensors.get(name)!;
      const want = projector(dense(shape[0], shape[1], data as Float64Array));
      assertWithin(projector(got), want, { ...options, name: `projector.${record.name}.${name}` });
    }
  }
  if (check === "energy") {
    assert(capturedEnergy(pairs.u, a) >= energyFloor * optimalEnergy, `${record.name}: too little energy`);
  }
}
