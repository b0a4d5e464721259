/** Which stored tensors make up the matrices a model computes with. @module */
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A stored tensor inside a packed one: some of its rows. */
export interface Part {
  /** The tensor's name in Hugging Face files. */
  readonly name: string;
  /** First row in the packed tensor. */
  readonly row: number;
  readonly rows: number;
  /** How fresh weights are drawn: normal with this standard deviation, or all ones. */
  readonly init: number | "ones";
}

/**
 * A tensor the model computes with: one stored tensor, or several of equal width stacked by rows, so that one
 * product serves them all (queries, values and keys of one input).
 */
export interface PackedWeight {
  readonly key: string;
  readonly shape: Shape;
  readonly parts: readonly Part[];
}

/** The weights of a model, by key of its layout. */
export type Weights = Readonly<Record<string, Tensor>>;

/** A packed weight of one stored tensor. */
export function single(key: string, name: string, shape: Shape, init: number | "ones"): PackedWeight {
  return { key, shape, parts: [{ name, row: 0, rows: shape[0], init }] };
}

/** A packed weight of several stored matrices of equal width. */
export function stacked(
  key: string,
  parts: readonly Omit<Part, "row">[],
  width: number,
): PackedWeight {
  let row = 0;
  const placed = parts.map((part) => {
    row += part.rows;
    return { ...part, row: row - part.rows };
  });
  return { key, shape: [row, width], parts: placed };
}

/** Where a stored tensor lies. */
export interface WeightPlace {
  readonly weight: PackedWeight;
  readonly part: Part;
}

/** The places of all stored tensors, by name. */
export function placesOf(layout: readonly PackedWeight[]): Map<string, WeightPlace> {
  return new Map(
    layout.flatMap((weight) => weight.parts.map((part) => [part.name, { weight, part }] as const)),
  );
}
