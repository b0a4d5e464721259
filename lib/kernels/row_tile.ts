/** Kernels whose rows stay in the registers of a subgroup (see `row_tile.wgsl`). @module */
import type { Gpu } from "../gpu/gpu.ts";
import type { Kernel } from "../gpu/kernel.ts";
import code from "./row_tile.wgsl" with { type: "text" };
import { unrolledSource } from "./unrolled_source.ts";

/** How a workgroup, which is one subgroup, holds rows. */
export interface RowTile {
  /** Rows of a workgroup. */
  readonly rows: number;
  /** Groups of four columns that a thread holds of each row. */
  readonly quads: number;
  /** Threads of a workgroup. */
  readonly lanes: number;
}

/** Groups of four columns a thread holds: with more of them the compiler takes too long. */
const QUADS_OF_A_THREAD = 32;

/**
 * The tile for rows of a width; null where there is none. GPUs have none: their subgroups are too wide for the rows of
 * small models, and too many registers a thread leave them idle.
 */
export function rowTile({ software, subgroupSize: lanes }: Gpu, width: number): RowTile | null {
  const quads = width / (4 * lanes);
  if (!software || ![4, 8, 16].includes(lanes) || ![1, 2, 4].includes(quads)) return null;
  return { rows: QUADS_OF_A_THREAD / quads, quads, lanes };
}

/**
 * The kernels of an operation whose WGSL sources build on `row_tile.wgsl`, by part and tile: always the same object, since
 * pipelines are cached by it.
 */
export function rowTileKernels<Part extends string>(
  name: string,
  sources: Readonly<Record<Part, string>>,
): (part: Part, tile: RowTile) => Kernel {
  const kernels = new Map<string, Kernel>();
  return (part, { rows, quads, lanes }) => {
    const key = `${part} ${rows} ${quads} ${lanes}`;
    let kernel = kernels.get(key);
    if (!kernel) {
      const counts = { TILE: rows, QUADS: quads, LANES: lanes, STEPS: Math.log2(lanes) };
      kernels.set(
        key,
        kernel = { name: `${name} ${part}`, code: unrolledSource(code + sources[part], counts) },
      );
    }
    return kernel;
  };
}
