/** How singular value decompositions look in notebooks. @module */
import { linesDisplay, type RichDisplay } from "../display/rich_display.ts";
import { type Shape, shapeText } from "../tensor/shape.ts";

/** What is shown of a decomposition. */
export interface ShownSvd {
  readonly u: { readonly shape: Shape };
  readonly s: ArrayLike<number>;
  readonly v: { readonly shape: Shape };
  readonly method: string;
  readonly residual: number;
  readonly clipped?: boolean;
}

const MOST = 12;

/** Shapes, the first singular values, and how good they are. */
export function svdDisplay({ u, s, v, method, residual, clipped }: ShownSvd): RichDisplay {
  const values = Array.from(s).slice(0, MOST).map((value) => Number(value.toPrecision(5)));
  return linesDisplay([
    `SVD: ${s.length} singular pairs, U ${shapeText(u.shape)}, V ${shapeText(v.shape)}`,
    `s         ${values.join("  ")}${s.length > MOST ? "  …" : ""}`,
    `method    ${method}`,
    `residual  ${residual.toExponential(1)}`,
    ...(clipped ? ["fewer pairs than asked for: the matrix has no more"] : []),
  ]);
}
