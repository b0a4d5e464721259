/** Packing stored tensors into the matrices a model computes with, and back. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { scope } from "../tensor/scope.ts";
import { columnsOf, sameShape, type Shape, shapeText } from "../tensor/shape.ts";
import { empty, type Tensor } from "../tensor/tensor.ts";
import { areFiniteHalves } from "./element_types.ts";
import type { WeightSource } from "./checkpoint_files.ts";
import type { PackedWeight, Weights } from "./layout.ts";

/** Elements converted and uploaded at once. */
const CHUNK = 1 << 20;
/** Elements after which the GPU is waited for, so that what was uploaded is not kept twice. */
const WAIT_AFTER = 1 << 22;

/** How weights are kept on the GPU. */
export interface LoadOptions {
  /**
   * `f16`: matrices of even width are rounded to float16 and stay packed, in half the memory; weights that training
   * changes are unpacked where they are copied. Default `f32`.
   */
  readonly weights?: "f32" | "f16";
}

/**
 * Uploads the weights of a layout, a piece at a time: beside the weights on the GPU, little memory is needed.
 *
 * @param source open files; they are not needed afterwards
 * @throws {Deno.errors.InvalidData} naming the tensor that is missing, has another shape or is not finite
 */
export function loadPacked(
  gpu: Gpu,
  layout: readonly PackedWeight[],
  source: WeightSource,
  options: LoadOptions = {},
): Weights {
  for (const weight of layout) requireParts(source, weight); // before anything is allocated
  const chunk = new Float32Array(CHUNK);
  const halves = new Float16Array(options.weights === "f16" ? CHUNK : 0);
  let waiting = 0;
  return scope(gpu, () => {
    const weights: Record<string, Tensor> = {};
    for (const { key, shape, parts } of layout) {
      const dtype = keptAs({ shape }, options);
      const half = dtype === "f16";
      const weight = empty(gpu, shape, { dtype });
      weights[key] = weight;
      const width = shape.length === 1 ? 1 : columnsOf(shape);
      for (const { name, row, rows } of parts) {
        for (let start = 0; start < rows * width; start += CHUNK) {
          const values = chunk.subarray(0, Math.min(CHUNK, rows * width - start));
          source.readInto(name, values, { start });
          const place = weight.view([values.length], row * width + start);
          place.write(half ? rounded(values, halves, { name, path: source.path }) : values);
          waiting += values.length;
          if (waiting < WAIT_AFTER) continue;
          weight.view([Math.min(2, weight.size)]).read();
          waiting = 0;
        }
      }
    }
    return weights;
  });
}

/** The type in which a weight is kept. */
export function keptAs(
  { shape }: Pick<PackedWeight, "shape">,
  { weights }: LoadOptions,
): "f32" | "f16" {
  return weights === "f16" && shape.length === 2 && columnsOf(shape) % 2 === 0 ? "f16" : "f32";
}

/** Rounds values into the beginning of `halves`. */
function rounded(
  values: Float32Array,
  halves: Float16Array<ArrayBuffer>,
  { name, path }: { readonly name: string; readonly path: string },
): Float16Array<ArrayBuffer> {
  const result = halves.subarray(0, values.length);
  result.set(values);
  if (!areFiniteHalves(result)) {
    throw new Deno.errors.InvalidData(
      `Tensor "${name}" of ${path} holds numbers beyond ±65504, the largest of float16; load it as f32.`,
    );
  }
  return result;
}

function requireParts(source: WeightSource, { shape, parts }: PackedWeight): void {
  for (const { name, rows } of parts) {
    requireShape(source, name, shape.length === 1 ? shape : [rows, ...shape.slice(1)]);
  }
}

function requireShape(source: WeightSource, name: string, wanted: Shape): void {
  if (!source.has(name)) {
    throw new Deno.errors.InvalidData(`${source.path} holds no tensor "${name}", which this model needs.`);
  }
  const shape = source.shapeOf(name);
  if (!sameShape(shape, wanted)) {
    throw new Deno.errors.InvalidData(
      `Tensor "${name}" of ${source.path} has shape ${shapeText(shape)}; ${shapeText(wanted)} is needed.`,
    );
  }
}

/** Reads the weights of a layout back under the names in which they are stored. */
export function storedWeights(
  layout: readonly PackedWeight[],
  weights: Weights,
): Map<string, { shape: Shape; data: Float32Array<ArrayBuffer> }> {
  const result = new Map<string, { shape: Shape; data: Float32Array<ArrayBuffer> }>();
  for (const { key, shape, parts } of layout) {
    const data = weights[key].readFloats();
    const width = shape.length === 1 ? 1 : columnsOf(shape);
    for (const { name, row, rows } of parts) {
      const partShape = shape.length === 1 ? shape : [rows, width];
      result.set(name, { shape: partShape, data: data.slice(row * width, (row + rows) * width) });
    }
  }
  return result;
}
