/** The forms of the matrix product's kernel. @module */

/** Whether A and B are stored transposed: `TN` means `C = AᵀB`. */
export type Layout = "NN" | "NT" | "TN" | "TT";

/** What is done to a value before it is stored, besides adding what C held. */
export type Finish = "store" | "residual" | "relu" | "reluMask";

/** What both forms of the kernel share. */
interface MatmulForm {
  readonly layout: Layout;
  /** Whether B is packed in float16. */
  readonly halfB: boolean;
  /** Adds what C held before: `C = finish(C + alpha · AB)`. */
  readonly accumulate: boolean;
  readonly finish: Finish;
}

/** Operands read from flat textures, one tile of C per subgroup: fastest on the software adapter. */
export interface TexturedForm extends MatmulForm {
  readonly kind: "textured";
  /** Rows of a tile; a multiple of `lanes`. */
  readonly rows: number;
  /** Groups of four columns per lane; the tile has `4 · quads · lanes` columns. */
  readonly quads: number;
  /** Size of the workgroup, and of the subgroup where `broadcast` is set. */
  readonly lanes: number;
  /** Shares the values of A between lanes by subgroup operations instead of loading them in each. */
  readonly broadcast: boolean;
  /** Floats per texel: 4, or 1 for strides and offsets that four does not divide. */
  readonly texelSize: 1 | 4;
  /** Whether k is summed in parts; only of `TN`. */
  readonly inParts: boolean;
}

/** Operands staged through workgroup memory: fastest on GPUs. */
export interface SharedForm extends MatmulForm {
  readonly kind: "shared";
  /** Rows and columns of C per thread; the workgroup has 16 × 16 threads. */
  readonly rows: number;
  readonly columns: number;
}

/** A form of the kernel. */
export type Form = TexturedForm | SharedForm;

/** Whether the form reads the operand D of the epilogue. */
export function readsOperand(form: Form): boolean {
  return form.finish === "residual" || form.finish === "reluMask";
}

/**
 * The uniform block. Strides, offsets and batch strides count texels in the textured form and floats in the
 * shared one. `depth` is the k of a part.
 */
export const SIZES = /* wgsl */ `struct Sizes {
  m: u32, n: u32, k: u32, alpha: f32,
  strideA: u32, strideB: u32, strideC: u32, strideD: u32,
  offsetA: u32, offsetB: u32, offsetC: u32, offsetD: u32,
  batchA: u32, batchB: u32, batchC: u32, batchD: u32,
  depth: u32,
}
`;

/** The WGSL expression of a finished value; `zero` is the zero of its type. */
export function finished(finish: Finish, value: string, operand: string, zero: string): string {
  switch (finish) {
    case "store":
      return value;
    case "residual":
      return `${value} + ${operand}`;
    case "relu":
      return `select(${value}, ${zero}, ${value} < ${zero})`; // keeps NaN, which max would not
    case "reluMask":
      return `select(${value}, ${zero}, ${operand} <= ${zero})`;
  }
}
