/** Which form of the matrix product's kernel suits which product and adapter. @module */
import type { Finish, Form, Layout } from "./matmul_form.ts";

/** What the choice depends on. */
export interface Product {
  readonly layout: Layout;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** In how many equal parts k is summed. */
  readonly parts: number;
  readonly batch: number;
  /** Whether four divides n and all strides and offsets. */
  readonly aligned: boolean;
  /** Whether B is packed in float16. */
  readonly halfB: boolean;
  readonly accumulate: boolean;
  readonly finish: Finish;
}

/** What the choice needs to know of the adapter. */
export interface Adapter {
  readonly software: boolean;
  /** 0 where subgroup operations cannot be used. */
  readonly subgroupSize: number;
}

/** Workgroups that keep a GPU busy. */
const ENOUGH_WORKGROUPS = 64;

/**
 * Chooses by what was measured. Software adapter: operands in textures always win, even when they must be
 * copied first. GPU: workgroup memory, with tiles of 64 × 64, narrower ones for few rows, few columns, or too
 * few tiles.
 */
export function chooseForm(product: Product, adapter: Adapter): Form {
  return adapter.software && (product.aligned || !product.halfB)
    ? texturedForm(product, adapter)
    : sharedForm(product);
}

/** The textured form with the tile that suits the product. */
export function texturedForm(product: Product, { subgroupSize }: Adapter): Form {
  const { layout, m, n, parts, halfB, accumulate, finish } = product;
  const broadcast = [4, 8, 16].includes(subgroupSize);
  const lanes = broadcast ? subgroupSize : 8;
  return {
    kind: "textured",
    ...{ layout, halfB, accumulate, finish, lanes, broadcast },
    rows: (product.aligned && m > 8) || lanes === 16 ? 16 : 8,
    quads: n > 4 * lanes ? 2 : 1,
    texelSize: product.aligned ? 4 : 1,
    inParts: parts > 1,
  };
}

/** The shared form with the tile that suits the product. */
export function sharedForm({ layout, m, n, batch, halfB, accumulate, finish }: Product): Form {
  const form = { kind: "shared", layout, halfB, accumulate, finish } as const;
  if (m <= 16) return { ...form, rows: 1, columns: 4 };
  if (n <= 16) return { ...form, rows: 4, columns: 1 };
  const workgroups = Math.ceil(m / 64) * Math.ceil(n / 64) * batch;
  return workgroups < ENOUGH_WORKGROUPS ? { ...form, rows: 2, columns: 2 } : { ...form, rows: 4, columns: 4 };
}

/** Numbers of workgroups that cover C. */
export function gridOf(form: Form, { m, n, batch }: Product): [number, number, number] {
  const [rows, columns] = form.kind === "textured"
    ? [form.rows, 4 * form.quads * form.lanes]
    : [16 * form.rows, 16 * form.columns];
  return [Math.ceil(n / columns), Math.ceil(m / rows), batch];
}

/**
 * The largest k of one launch: llvmpipe silently stops an invocation after 65,535 loop iterations, and the
 * shared form, on which oversized buffers fall back, takes 17 for 16 columns.
 */
export function largestDepth({ software }: Adapter): number {
  return software ? 48_000 : Infinity;
}
