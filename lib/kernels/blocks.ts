/** Equal blocks scattered over one buffer. @module */
import type { Kernel } from "../gpu/kernel.ts";
import { float } from "../gpu/uniform_store.ts";
import type { Tensor } from "../tensor/tensor.ts";
import addCode from "./add_blocks.wgsl" with { type: "text" };
import gatherCode from "./gather_blocks.wgsl" with { type: "text" };
import { chooseLane, gridFor, type LaneKernel, laneKernel } from "./lane_kernel.ts";
import placeCode from "./place_blocks.wgsl" with { type: "text" };

const GATHER = laneKernel("gather_blocks", gatherCode);
const ADD = laneKernel("add_blocks", addCode);
const PLACE = laneKernel("place_blocks", placeCode);

/** Where blocks of one length begin in a buffer, in elements. */
export interface BlockOffsets {
  /** `[blocks]`, u32 */
  readonly tensor: Tensor;
  /** The same numbers on the CPU. */
  readonly values: readonly number[];
}

/** `out [blocks, …] = x[offsets …]`. */
export function gatherBlocks(x: Tensor, offsets: BlockOffsets, out: Tensor): void {
  const { kernel, sizes, grid } = launchOver(GATHER, out, offsets);
  x.gpu.dispatch(kernel, [x.range, offsets.tensor.range, out.range], { uniform: sizes, grid });
}

/** `x[offsets …] = keep · base[offsets …] + scale · d [blocks, …]`; without `base` on `x` in place. */
export function addBlocks(
  d: Tensor,
  x: Tensor,
  offsets: BlockOffsets,
  options: { readonly base?: Tensor; readonly keep?: number; readonly scale?: number } = {},
): void {
  const { base, keep = 1, scale = 1 } = options;
  const { kernel, sizes, grid } = launchOver(base ? PLACE : ADD, d, offsets);
  const operands = base ? [d, base, offsets.tensor, x] : [d, offsets.tensor, x];
  x.gpu.dispatch(kernel, operands.map(({ range }) => range), {
    uniform: [...sizes, float(keep), float(scale)],
    grid,
  });
}

/** One row of the grid for each block of `packed [blocks, …]`. */
function launchOver(
  kernels: LaneKernel,
  packed: Tensor,
  offsets: BlockOffsets,
): { kernel: Kernel; sizes: number[]; grid: [number, number, number] } {
  const blocks = offsets.values.length;
  const length = packed.size / blocks;
  const { kernel, lane } = chooseLane(kernels, length, ...offsets.values);
  const [across, layers] = gridFor(length / lane, 64);
  return { kernel, sizes: [length / lane, across * 64], grid: [across, blocks, layers] };
}
