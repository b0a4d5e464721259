/** Kernels written once for rows of any length and for rows in groups of four. @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Kernel } from "../gpu/kernel.ts";
import scalar from "./lane_scalar.wgsl" with { type: "text" };
import vector from "./lane_vector.wgsl" with { type: "text" };

/** The two forms of a kernel whose source works on `Lane` values (see `lane_vector.wgsl`). */
export interface LaneKernel {
  /** Four elements at a time. */
  readonly vector: Kernel;
  /** One element at a time. */
  readonly scalar: Kernel;
}

/** Makes both forms of a kernel from its source. */
export function laneKernel(name: string, code: string, constants?: Kernel["constants"]): LaneKernel {
  return {
    vector: { name, code: vector + code, constants },
    scalar: { name: `${name} (scalar)`, code: scalar + code, constants },
  };
}

/** A kernel whose workgroups of 32 threads take several rows, and how many. */
export interface RowKernel extends LaneKernel {
  readonly rows: number;
}

/**
 * Makes the forms of a kernel that works on rows with `PARTS` threads each: eight on GPUs, so that neighbouring
 * threads read neighbouring elements; one on the software adapter, where threads of a workgroup run one after
 * the other and meeting through workgroup memory only costs.
 */
export function rowKernel(name: string, code: string): (gpu: Gpu) => RowKernel {
  const [serial, parallel] = [1, 8].map((PARTS) => ({
    ...laneKernel(name, code, { PARTS }),
    rows: 32 / PARTS,
  }));
  return (gpu) => gpu.software ? serial : parallel;
}

/** The form that fits when all of these lengths, strides and offsets occur, and the size of its lane. */
export function chooseLane(
  kernel: LaneKernel,
  ...lengths: readonly number[]
): { kernel: Kernel; lane: number } {
  return lengths.every((length) => length % 4 === 0)
    ? { kernel: kernel.vector, lane: 4 }
    : { kernel: kernel.scalar, lane: 1 };
}

/** Number of workgroups that cover `count` threads; a grid of more than one row above the limit of 65,535. */
export function gridFor(count: number, workgroupSize: number): [number, number] {
  const groups = Math.ceil(count / workgroupSize);
  const rows = Math.ceil(groups / 65535);
  return [Math.ceil(groups / rows), rows];
}

/**
 * The grid of a kernel with workgroups of 8 × 8 threads, one a lane of a row, and how many rows its y reaches:
 * above the limit of 65,535 workgroups it goes on in z.
 */
export function gridOfRows(rows: number, lanes: number): { down: number; grid: [number, number, number] } {
  const groups = Math.ceil(rows / 8);
  const layers = Math.ceil(groups / 65535);
  const perLayer = Math.ceil(groups / layers);
  return { down: perLayer * 8, grid: [Math.ceil(lanes / 8), perLayer, layers] };
}
