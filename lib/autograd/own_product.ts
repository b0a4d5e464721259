/** Weights that are multiplied in a way of their own, such as LoRA pairs under dropout. @module */
import type { Tensor } from "../tensor/tensor.ts";

/** What may be done to a product. */
export interface WeightProductOptions {
  /** Added to the product: `[…, out]`. */
  readonly residual?: Tensor;
  /** Factor of the product; default 1. */
  readonly alpha?: number;
}

/** Takes the place of `alpha · x Wᵀ (+ residual)`. */
export type Product = (x: Tensor, options: WeightProductOptions) => Tensor;

const products = new WeakMap<Tensor, { readonly product: Product; used: boolean }>();

/** Lets every product with `weight` be another one, wherever a model multiplies with it. */
export function setProduct(weight: Tensor, product: Product): void {
  products.set(weight, { product, used: false });
}

/** The product that a weight has of its own, if any; asking counts as using it. */
export function productOf(weight: Tensor): Product | undefined {
  const found = products.get(weight);
  if (found) found.used = true;
  return found?.product;
}

/**
 * Makes sure that no operation has passed over a weight's own product.
 *
 * @throws {Error} when one was not used
 */
export function requireOwnProducts(weights: Iterable<Tensor>): void {
  for (const weight of weights) {
    if (products.get(weight)?.used === false) {
      throw new Error(
        "A weight with a product of its own was used by an operation that does not know of it.",
      );
    }
  }
}
