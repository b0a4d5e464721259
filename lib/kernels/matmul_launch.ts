/** Launching one form of the matrix product's kernel. @module */
import type { BufferRange } from "../gpu/pooled_buffer.ts";
import type { Kernel } from "../gpu/kernel.ts";
import { float } from "../gpu/uniform_store.ts";
import { gridOf, type Product } from "./matmul_choice.ts";
import { type Form, readsOperand } from "./matmul_form.ts";
import { generateMatmul } from "./matmul_generator.ts";
import { firstElement, type Matrix } from "./matrix.ts";

/** The operands of one launch; D only where the form reads it. */
export interface Operands {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly c: Matrix;
  readonly d?: Matrix;
}

/** Queues one launch; false when the form's textures cannot hold the operands, and nothing was queued. */
export function launchMatmul(form: Form, product: Product, operands: Operands, alpha: number): boolean {
  const { a, b, c, d } = operands;
  const { gpu } = c.tensor;
  const bound = readsOperand(form) ? [a, b, d!, c] : [a, b, c];
  if (form.kind === "textured" && !bound.every(({ tensor }) => gpu.fitsTexture(tensor.buffer))) return false;
  const unit = form.kind === "textured" ? form.texelSize : 1;
  const all = [a, b, c, d ?? a];
  gpu.dispatch(kernelOf(form), bound.map(wholeBuffer), {
    uniform: [
      ...[product.m, product.n, product.k, float(alpha)],
      ...all.map((matrix) => matrix.stride / unit),
      ...all.map((matrix) => firstElement(matrix) / unit),
      ...all.map((matrix) => product.batch === 1 ? 0 : matrix.batchStride / unit),
      product.k / product.parts,
    ],
    grid: gridOf(form, product),
    operations: 2 * product.m * product.n * product.k * product.batch,
  });
  return true;
}

/** Offsets travel in the uniform block, so that they need neither alignment nor bind groups of their own. */
function wholeBuffer({ tensor: { buffer, dtype } }: Matrix): BufferRange {
  return { buffer, offset: 0, size: buffer.size, half: dtype === "f16" };
}

/** One kernel object per form, since pipelines are cached by it. */
const kernels = new Map<string, Kernel>();

function kernelOf(form: Form): Kernel {
  const key = JSON.stringify(form);
  let kernel = kernels.get(key);
  if (!kernel) {
    const halves = form.halfB ? [1] : [];
    kernels.set(key, kernel = { name: nameOf(form), code: generateMatmul(form), halves });
  }
  return kernel;
}

function nameOf({ layout, halfB, accumulate, finish }: Form): string {
  return [
    "matmul",
    layout,
    ...(halfB ? ["f16"] : []),
    ...(accumulate ? ["accumulate"] : []),
    ...(finish === "store" ? [] : [finish]),
  ].join(" ");
}
