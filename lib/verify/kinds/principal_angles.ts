/** Angles between subspaces. @module */
import { dense } from "../../linalg/dense.ts";
import { principalAngles } from "../../linalg/principal_angles.ts";
import type { Checker } from "../checker.ts";

/** Rows of orthonormal columns `a`, `b` → their principal angles, rising, whichever comes first. */
export const checkPrincipalAngles: Checker = ({ config }, comparison) => {
  for (const { what, a, b, angles } of config.cases) {
    const [first, second] = [a, b].map(({ shape: [rows, columns], data }) => dense(rows, columns, data));
    comparison.numbers(`angles in ${what}`, principalAngles(first, second), angles);
    comparison.numbers(`angles in ${what}, the other way round`, principalAngles(second, first), angles);
  }
};
