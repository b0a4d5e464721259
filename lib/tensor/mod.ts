/**
 * Arrays on the GPU, their shapes and lifetimes, and random numbers.
 *
 * @module
 */
export * from "./memory_pieces.ts";
export * from "./random.ts";
export * from "./recorded.ts";
export * from "./scope.ts";
export * from "./shape.ts";
export * from "./tensor.ts";
