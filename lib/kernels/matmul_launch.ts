/** Launching one form of the matrix product's kernel. @module */
import type { Binding, BufferRange } from "../gpu/bind_groups.ts";
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
  const { batch } = product;
  const read = [a, b];
  if (form.kind === "textured" && form.accumulate) read.push(c);
  if (readsOperand(form)) read.push(d!);
  const bindings: Binding[] = [];
  for (const matrix of read) {
    const binding = form.kind === "textured"
      ? gpu.textureOf(rangeOf(matrix, batch), form.texelSize)
      : wholeBuffer(matrix);
    if (!binding) return false;
    bindings.push(binding);
  }
  bindings.push(wholeBuffer(c));
  const unit = form.kind === "textured" ? form.texelSize : 1;
  const all = [a, b, c, d ?? a];
  gpu.dispatch(kernelOf(form), bindings, {
    uniform: [
      ...[product.m, product.n, product.k, float(alpha)],
      ...all.map((matrix) => matrix.stride / unit),
      ...all.map((matrix) => firstElement(matrix) / unit),
      ...all.map((matrix) => batch === 1 ? 0 : matrix.batchStride / unit),
    ],
    grid: gridOf(form, product),
  });
  return true;
}

/** The part of its buffer that a batch of matrices covers. */
function rangeOf(matrix: Matrix, batch: number): BufferRange {
  const last = (batch - 1) * matrix.batchStride + (matrix.rows - 1) * matrix.stride + matrix.columns;
  return { buffer: matrix.tensor.buffer, offset: 4 * firstElement(matrix), size: 4 * last };
}

/** Offsets travel in the uniform block, so that they need neither alignment nor bind groups of their own. */
function wholeBuffer({ tensor: { buffer } }: Matrix): BufferRange {
  return { buffer, offset: 0, size: buffer.size };
}

/** One kernel object per form, since pipelines are cached by it. */
const kernels = new Map<string, Kernel>();

function kernelOf(form: Form): Kernel {
  const key = JSON.stringify(form);
  let kernel = kernels.get(key);
  if (!kernel) kernels.set(key, kernel = { name: nameOf(form), code: generateMatmul(form) });
  return kernel;
}

function nameOf({ layout, accumulate, finish }: Form): string {
  return ["matmul", layout, ...(accumulate ? ["accumulate"] : []), ...(finish === "store" ? [] : [finish])]
    .join(" ");
}
