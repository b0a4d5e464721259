/**
 * Golden cases: numbers from PyTorch, transformers, PEFT and LAPACK, and a checker for each kind of them.
 *
 * @module
 */
export * from "./golden_case.ts";
export * from "./comparison.ts";
export * from "./checker.ts";
export * from "./checkers.ts";
export * from "./find_cases.ts";
export * from "./verify_case.ts";
