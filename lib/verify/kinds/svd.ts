/** Singular values and vectors. @module */
import { cpuSvd } from "../../linalg/cpu_svd.ts";
import { type Dense, dense } from "../../linalg/dense.ts";
import { svd } from "../../linalg/svd.ts";
import { tensor } from "../../tensor/tensor.ts";
import type { Checker } from "../checker.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";
import { capturedEnergy, orthonormalityError, type Pairs, projector } from "../subspace_measures.ts";

/** The first k pairs of a matrix. */
export type Decompose = (a: Dense, k: number) => Pairs;

/** How far singular vectors may be from orthonormal ones. */
const ORTHONORMAL = 1e-5;

/** `a` → values, spans, or captured energy of its first k pairs; or an error where an element is not finite. */
export const checkSvd: Checker = async (golden, comparison, device) => {
  if (golden.tensor("a").dtype === "F64") return compareSvd(golden, comparison, (a, k) => cpuSvd(a, { k }));
  const gpu = await device();
  compareSvd(golden, comparison, (a, k) => {
    using matrix = tensor(gpu, new Float32Array(a.data), [a.rows, a.columns]);
    const { u, s, v } = svd(matrix, { k });
    using left = u;
    using right = v;
    const onCpu = (vectors: typeof u) => dense(vectors.shape[0], vectors.shape[1], vectors.readFloats());
    return { u: onCpu(left), s, v: onCpu(right) };
  });
};

/** Compares what one way of decomposing finds with what a case expects. */
export function compareSvd(golden: GoldenCase, comparison: Comparison, decompose: Decompose): void {
  const { check, k, orthonormal, energyFloor, optimalEnergy } = golden.config;
  const { shape: [rows, columns], data } = golden.tensor("a");
  const a = dense(rows, columns, data);
  if (check === "error") {
    comparison.holds(refuses(() => decompose(a, k)), "numbers that are not finite gave no error");
    return;
  }
  const pairs = decompose(a, Math.min(k, rows, columns));
  const count = pairs.s.length;
  comparison.holds(count === Math.min(k, rows, columns) || orthonormal, `only ${count} pairs were found`);
  comparison.numbers("s", pairs.s, golden.tensor("s").data.subarray(0, count));
  for (const [name, vectors] of [["u", pairs.u], ["v", pairs.v]] as const) {
    const error = orthonormalityError(vectors);
    comparison.holds(error <= ORTHONORMAL, `columns of ${name} are ${error} from orthonormal ones`);
    if (check !== "subspace") continue;
    const want = golden.tensor(name);
    comparison.numbers(
      `projector.${name}`,
      projector(vectors),
      projector(dense(want.shape[0], want.shape[1], want.data)),
    );
  }
  if (check !== "energy") return;
  const share = capturedEnergy(pairs.u, a) / optimalEnergy;
  comparison.holds(share >= energyFloor, `U captures ${share} of the optimal energy, not ${energyFloor}`);
}

function refuses(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}
