/** Equal blocks scattered over one buffer. @module */
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import addCode from "./add_blocks.wgsl" with { type: "text" };
import gatherCode from "./gather_blocks.wgsl" with { type: "text" };
import { chooseLane, gridFor, laneKernel } from "./lane_kernel.ts";

const GATHER = laneKernel("gather_blocks", gatherCode);
const ADD = laneKernel("add_blocks", addCode);

/** Where blocks of one length begin in a buffer, in elements. */
export interface BlockOffsets {
  /** `[blocks]`, u32 */
  readonly tensor: Tensor;
  /** The same numbers on the CPU. */
  readonly values: readonly number[];
}

/** `out [blocks, …] = x[offsets …]`. */
export function gatherBlocks(x: Tensor, offsets: BlockOffsets, out: Tensor): void {
  const blocks = offsets.values.length;
  const length = out.size / blocks;
  const { kernel, lane } = chooseLane(GATHER, length, ...offsets.values);
  const grid = gridFor(out.size / lane, 64);
  x.gpu.dispatch(kernel, [x.range, offsets.tensor.range, out.range], {
    uniform: [blocks, length / lane, grid[0] * 64],
    grid,
  });
}

/** `x[offsets …] = keep · base[offsets …] + scale · d [blocks, …]`; without `base` on `x` in place. */
export function addBlocks(
  d: Tensor,
  x: Tensor,
  offsets: BlockOffsets,
  options: { readonly base?: Tensor; readonly keep?: number; readonly scale?: number } = {},
): void {
  const { base, keep = 1, scale = 1 } = options;
  const blocks = offsets.values.length;
  const length = d.size / blocks;
  const { kernel, lane } = chooseLane(ADD, length, ...offsets.values);
  const grid = gridFor(d.size / lane, 64);
  x.gpu.dispatch(kernel, [d.range, (base ?? d).range, offsets.tensor.range, x.range], {
    uniform: [blocks, length / lane, grid[0] * 64, Number(!base), float(keep), float(scale)],
    grid,
  });
}
