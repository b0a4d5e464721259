/**
 * What runs on the GPU: one WGSL file a kernel, with its bindings and grid beside it.
 *
 * @module
 */
export * from "./absolute_sum.ts";
export * from "./adam.ts";
export * from "./add_squares.ts";
export * from "./argmax_rows.ts";
export * from "./attention.ts";
export * from "./blocks.ts";
export * from "./clip_norm.ts";
export * from "./cross_entropy.ts";
export * from "./divergence.ts";
export * from "./dropout.ts";
export * from "./elementwise.ts";
export * from "./feed_forward.ts";
export * from "./gate.ts";
export * from "./cache_rows.ts";
export * from "./low_rank_blocks.ts";
export * from "./matmul.ts";
export * from "./matrix_norms.ts";
export * from "./memory_attention.ts";
export * from "./norm_linear.ts";
export * from "./pick_columns.ts";
export * from "./relu.ts";
export * from "./rms_norm.ts";
export * from "./rotary.ts";
export * from "./row_selection.ts";
export * from "./row_tile.ts";
export * from "./rows.ts";
export * from "./sum_squares.ts";
export * from "./total.ts";
export * from "./weighted_squares.ts";
