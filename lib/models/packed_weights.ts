/** Packing stored tensors into the matrices a model computes with, and back. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { scope } from "../tensor/scope.ts";
import { columnsOf, elementCount, type Shape, shapeText } from "../tensor/shape.ts";
import { type Tensor, tensor } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";
import type { StoredTensor } from "./safetensors.ts";

/**
 * Uploads the weights of a layout.
 *
 * @param path of the file, for messages
 * @throws {Error} naming the tensor that is missing or has another shape
 */
export function loadPacked(
  gpu: Gpu,
  layout: readonly PackedWeight[],
  stored: ReadonlyMap<string, StoredTensor>,
  path: string,
): Weights {
  return scope(gpu, () => {
    const weights: Record<string, Tensor> = {};
    for (const { key, shape, parts } of layout) {
      const data = new Float32Array(elementCount(shape));
      for (const { name, row, rows } of parts) {
        const found = stored.get(name);
        if (!found) {
          throw new Deno.errors.InvalidData(`${path} holds no tensor "${name}", which this model needs.`);
        }
        const wanted = shape.length === 1 ? shape : [rows, ...shape.slice(1)];
        if (shapeText(found.shape) !== shapeText(wanted)) {
          throw new Deno.errors.InvalidData(
            `Tensor "${name}" of ${path} has shape ${shapeText(found.shape)}; ${
              shapeText(wanted)
            } is needed.`,
          );
        }
        data.set(found.data, shape.length === 1 ? 0 : row * columnsOf(shape));
      }
      weights[key] = tensor(gpu, data, shape);
    }
    return weights;
  });
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
