/**
 * The paper: low-rank projection of gradients, and the shared space.
 *
 * @module
 */
export * from "./rank_rule.ts";
export * from "./shared_space.ts";
export * from "./space_overlap.ts";
export * from "./low_rank_projector.ts";
export * from "./remove_shared_space.ts";
export * from "./accumulate_covariance.ts";
export * from "./gradient_covariance.ts";
export * from "./covariance_sketch.ts";
export * from "./space_removal.ts";
export * from "./rounding_shares.ts";
