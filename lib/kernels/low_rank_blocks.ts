/** Products of narrow matrices added to blocks of one buffer. @module */
import type { Kernel } from "../gpu/kernel.ts";
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import addTo from "./add_low_rank_blocks.wgsl" with { type: "text" };
import type { BlockOffsets } from "./blocks.ts";
import { chooseLane, type LaneKernel } from "./lane_kernel.ts";
import scalar from "./lane_scalar.wgsl" with { type: "text" };
import vector from "./lane_vector.wgsl" with { type: "text" };
import code from "./low_rank_blocks.wgsl" with { type: "text" };
import placeOn from "./place_low_rank_blocks.wgsl" with { type: "text" };
import { unrolledSource } from "./unrolled_source.ts";

/** Rows of a thread: what it loads of R serves all of them. */
const TILE = 8;

const ADD = tiledKernel("add_low_rank_blocks", addTo);
const PLACE = tiledKernel("place_low_rank_blocks", placeOn);

function tiledKernel(name: string, before: string): LaneKernel {
  const form = (name: string, lane: string, parts: number): Kernel => ({
    name,
    code: lane + before + unrolledSource(code, { TILE, PARTS: parts }),
  });
  return { vector: form(name, vector, 4), scalar: form(`${name} (scalar)`, scalar, 1) };
}

/** The factors of products `left [blocks, m, r] · right [blocks, r, n]`, matrix by matrix. */
export interface LowRankFactors {
  readonly left: Tensor;
  readonly right: Tensor;
}

/**
 * `x[offsets …] = keep · base[offsets …] + scale · left right`, where blocks are matrices `[m, n]`; without `base` on
 * `x` in place. The products are not stored.
 */
export function addLowRankBlocks(
  { left, right }: LowRankFactors,
  x: Tensor,
  offsets: BlockOffsets,
  options: { readonly base?: Tensor; readonly keep?: number; readonly scale?: number } = {},
): void {
  const { base, keep = 1, scale = 1 } = options;
  const [blocks, rank, columns] = right.shape;
  const [, rows] = left.shape;
  const { kernel, lane } = chooseLane(base ? PLACE : ADD, columns, rank, ...offsets.values);
  const operands = base ? [left, right, offsets.tensor, base, x] : [left, right, offsets.tensor, x];
  x.gpu.dispatch(kernel, operands.map(({ range }) => range), {
    uniform: [rows, Math.ceil(rows / TILE), columns / lane, rank / lane, float(keep), float(scale)],
    grid: [Math.ceil(columns / lane / 8), Math.ceil(rows / (8 * TILE)), blocks],
    operations: 2 * blocks * rows * rank * columns,
  });
}
