/**
 * Summing over the rows of a batch in two halves, on the software adapter: what one replica computes is then, to the last
 * bit, what two compute, and whether there are two is a question of speed only.
 *
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";

const HALVES = 2;

/** In how many parts a replica of so many sums over its rows of a batch, or of a micro-batch. */
export function partsOfBatch(
  { size, microBatches, replicas }: {
    readonly size: number;
    readonly microBatches: number;
    readonly replicas: number;
  },
): 1 | 2 {
  return microBatches === 1 && replicas === 1 && size % HALVES === 0 ? HALVES : 1;
}

/** Whether the replicas that a run is to have compute to the last bit what one does. */
export function areReplicasExact(
  { batchSize, microBatches = 1, replicas = 1 }: {
    readonly batchSize: number;
    readonly microBatches?: number;
    readonly replicas?: number;
  },
  { software }: Gpu,
): boolean {
  if (replicas === 1) return true;
  return software && replicas === HALVES &&
    partsOfBatch({ size: batchSize, microBatches, replicas: 1 }) === HALVES;
}
