/** Weights that are multiplied in a way of their own, such as those with LoRA pairs beside them. @module */
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

interface OwnProduct {
  readonly product: Product;
  readonly reads: readonly Tensor[];
  used: boolean;
}

const products = new WeakMap<Tensor, OwnProduct>();

/**
 * Lets every product with `weight` be another one, wherever a model multiplies with it.
 *
 * @param reads what it reads beside `x` and the weight: by them it is known whether gradients are wanted
 */
export function setProduct(weight: Tensor, product: Product, reads: readonly Tensor[] = []): void {
  products.set(weight, { product, reads, used: false });
}

/** The product that a weight has of its own, if any; asking counts as using it. */
export function productOf(weight: Tensor): Product | undefined {
  const found = products.get(weight);
  if (found) found.used = true;
  return found?.product;
}

/** Whether a weight has a product of its own, for operations that cannot use one. */
export function hasProduct(weight: Tensor): boolean {
  return products.has(weight);
}

/** A weight, and what its own product reads beside it. */
export function readWith(weight: Tensor): readonly Tensor[] {
  return [weight, ...products.get(weight)?.reads ?? []];
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
