/**
 * Results in Arrow: written, read, measured, compared.
 *
 * @module
 */
export * from "./run_record.ts";
export * from "./record_table.ts";
export * from "./run_writer.ts";
export * from "./run_reader.ts";
export * from "./accuracy_matrix.ts";
export * from "./metrics.ts";
export * from "./statistics.ts";
export * from "./student_interval.ts";
export * from "./mcnemar.ts";
export * from "./configuration_hash.ts";
export * from "./summary.ts";
export * from "./summary_table.ts";
export * from "./accuracy_table.ts";
export * from "./variant_summary.ts";
export * from "./method_comparison.ts";
