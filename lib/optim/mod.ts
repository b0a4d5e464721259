/**
 * Rules that turn gradients into updates.
 *
 * @module
 */
export * from "./adam.ts";
export * from "./schedule.ts";
export * from "./transformation.ts";
export * from "./update_factors.ts";
