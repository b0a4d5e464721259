/**
 * Singular values and eigenvalues, in float64 on the CPU and for large matrices on the GPU.
 *
 * @module
 */
export * from "./dense.ts";
export * from "./jacobi_svd.ts";
export * from "./gram_svd.ts";
export * from "./symmetric_eigen.ts";
export * from "./qr.ts";
export * from "./signs.ts";
export * from "./top_pairs.ts";
export * from "./covariance_factor.ts";
export * from "./svd.ts";
export * from "./top_k_svd.ts";
