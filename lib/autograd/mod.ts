/**
 * Reverse-mode differentiation: the tape, and one file an operation, forward beside backward.
 *
 * @module
 */
export * from "./layers.ts";
export * from "./sink.ts";
export * from "./tape.ts";
export * from "./ops/absolute_sum.ts";
export * from "./ops/add_low_rank.ts";
export * from "./ops/attention.ts";
export * from "./ops/cross_attention.ts";
export * from "./ops/cross_entropy.ts";
export * from "./ops/divergence.ts";
export * from "./ops/dropout.ts";
export * from "./ops/embedding.ts";
export * from "./ops/feed_forward.ts";
export * from "./ops/feed_forward_layer.ts";
export * from "./ops/gate.ts";
export * from "./ops/linear.ts";
export * from "./ops/matrix_norms.ts";
export * from "./ops/norm_linear.ts";
export * from "./ops/product.ts";
export * from "./ops/relu.ts";
export * from "./own_product.ts";
export * from "./ops/rms_norm.ts";
export * from "./ops/rotary.ts";
export * from "./ops/squared_distance.ts";
export * from "./ops/weighted_sum.ts";
export * from "./ops/weighted_total.ts";
