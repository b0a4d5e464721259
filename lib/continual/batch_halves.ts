/**
 * Summing over the rows of a batch in two halves, on the software adapter: what one replica computes is then, to the last
 * bit, what two compute, and whether there are two is a question of speed only.
 *
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";

/** How a step takes its rows. */
interface Rows {
  readonly batchSize: number;
  readonly microBatches?: number;
}

/** In how many parts a step without replicas sums over its rows; two where the rows can be halved. */
export function partsOfBatch({ batchSize, microBatches = 1 }: Rows): 1 | 2 {
  return microBatches === 1 && batchSize % 2 === 0 ? 2 : 1;
}

/**
 * Whether the replicas that a run is to have compute to the last bit what one does. True of the linear layers of the
 * kit's models, each of which is used once in a step, on Mesa's llvmpipe, up to 48,000 tokens a step.
 */
export function areReplicasExact(
  { replicas = 1, ...rows }: Rows & { readonly replicas?: number },
  { name }: Pick<Gpu, "name">,
): boolean {
  return replicas === 1 || (/llvmpipe/i.test(name) && replicas === partsOfBatch(rows));
}
