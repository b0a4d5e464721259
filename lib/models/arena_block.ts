/** Weights under training side by side in one buffer. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { copyRows } from "../kernels/rows.ts";
import { elementCount, type Shape } from "../tensor/shape.ts";
import { copyInto, empty, type Tensor, zeros } from "../tensor/tensor.ts";
import type { PackedWeight, Weights } from "./layout.ts";

/** Elements to which each weight is aligned, so that it can be bound on its own. */
export const ARENA_ALIGNMENT = 64;

/** Some packed weights, what adapters add to, and their gradients. */
export class ArenaBlock implements Disposable {
  /** What the model computes with. */
  readonly effective: Tensor;
  /** What adapters add to: the weights before the present task's changes; null where none do. */
  readonly base: Tensor | null;
  /** The gradients of the chosen modules. */
  readonly gradient: Tensor;
  /** Views of `effective` by key of the layout. */
  readonly weights: Weights;
  /** Views of `gradient`: of each weight the first rows, up to the last that is trained. */
  readonly gradients: Weights;

  /**
   * @param held the packed weights
   * @param options.gradients the order of their gradients, and how many rows each has
   * @param options.keepBase whether adapters add to some of them
   */
  constructor(
    gpu: Gpu,
    weights: Weights,
    held: readonly PackedWeight[],
    { gradients, keepBase }: {
      readonly gradients: readonly { readonly key: string; readonly shape: Shape }[];
      readonly keepBase: boolean;
    },
  ) {
    const values = arranged(held);
    const changes = arranged(gradients);
    // zero in the gaps between weights, so that the whole of each can be summed, compared and stored
    this.effective = zeros(gpu, [values.size]);
    this.base = keepBase ? zeros(gpu, [values.size]) : null;
    this.gradient = empty(gpu, [changes.size]); // takes memory when it is used: not where gradients are consumed
    this.weights = values.viewsOf(this.effective);
    this.gradients = changes.viewsOf(this.gradient);
    const base = this.base && values.viewsOf(this.base);
    for (const { key } of held) {
      copyRows(weights[key], 0, this.weights[key]);
      if (base) copyInto(this.weights[key], base[key]);
    }
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const tensor of [this.effective, this.base, this.gradient]) tensor?.dispose();
  }
}

/** Tensors one behind the other in one buffer. */
function arranged(parts: readonly { readonly key: string; readonly shape: Shape }[]): {
  readonly size: number;
  viewsOf(whole: Tensor): Record<string, Tensor>;
} {
  let size = 0;
  const places = parts.map(({ key, shape }) => {
    const start = Math.ceil(size / ARENA_ALIGNMENT) * ARENA_ALIGNMENT;
    size = start + elementCount(shape);
    return { key, shape, start };
  });
  const viewsOf = (whole: Tensor) =>
    Object.fromEntries(places.map(({ key, shape, start }) => [key, whole.view(shape, start)]));
  return { size, viewsOf };
}
