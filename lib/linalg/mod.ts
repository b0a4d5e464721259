/**
 * Singular values and eigenvalues, in float64 on the CPU and for large matrices on the GPU.
 *
 * @module
 */
export { type Dense, dense, multiply, multiplyTransposed, rowGram, transpose } from "./dense.ts";
export { readMatrices } from "./read_matrices.ts";
export { cpuSvd } from "./cpu_svd.ts";
export { type DenseSvd, jacobiSvd } from "./jacobi_svd.ts";
export { gramSvd } from "./gram_svd.ts";
export { type PairCount, type SymmetricEigen, symmetricEigen } from "./symmetric_eigen.ts";
export { completeColumns, qr } from "./qr.ts";
export { principalAngles } from "./principal_angles.ts";
export { largestPositive } from "./signs.ts";
export { type LeadingSide, type MatrixBatch, type TopPairs } from "./collect_pairs.ts";
export { topLeftVectors, topPairs, topRightVectors, type TopVectors } from "./top_pairs.ts";
export { topPairsOf, type TopPairsOptions } from "./top_pairs_of.ts";
export { covarianceFactor } from "./covariance_factor.ts";
export { nystromFactor } from "./nystrom_factor.ts";
export { type Svd, svd, type SvdOptions } from "./svd.ts";
export { type TopKOptions, type TopKSvd, topKSvd } from "./top_k_svd.ts";
export * from "./not_finite_error.ts";
