/** A compute kernel: WGSL source plus what is needed to bind it. @module */
import type { Operand } from "./operands.ts";
import type { Float } from "./uniform_store.ts";

/**
 * A compute kernel.
 *
 * Its WGSL declares, all in `@group(0)`, the operands 0, 1, … in the order in which they are passed to `dispatch`
 * and, when the kernel takes sizes, one `var<uniform>` at the next binding. The entry point is `main`. An operand
 * is a storage buffer, which the software adapter may replace by a texture (see `mirrored_source.ts`), or on all
 * adapters a texture: `texture_storage_2d` of `rgba32float` or, to read single floats, `r32float`, laid out as in
 * `mirrors.ts`.
 */
export interface Kernel {
  /** Unique name; also shown by the profiler. */
  readonly name: string;
  /** WGSL source. */
  readonly code: string;
  /** The operands that it reads as packed float16; all others hold elements of four bytes. */
  readonly halves?: readonly number[];
  /** Values of the shader's `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
}

/** Sizes and grid of one kernel launch. */
export interface Launch {
  /** Contents of the kernel's uniform block; omit when it has none. */
  readonly uniform?: readonly (number | Float)[];
  /** Numbers of workgroups. */
  readonly grid: readonly [number, number?, number?];
  /** Floating-point operations of the launch, where they are worth counting: products of matrices, attention. */
  readonly operations?: number;
}

/** A compiled kernel with the identity that cache keys use. */
export interface Pipeline {
  readonly id: number;
  readonly name: string;
  readonly handle: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly operands: readonly Operand[];
}
