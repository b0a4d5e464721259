/**
 * Errors that tell of what was given.
 *
 * @module
 */
export * from "./input_error.ts";
