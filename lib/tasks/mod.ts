/**
 * Tasks, suites, prompts and batches.
 *
 * @module
 */
export * from "./task.ts";
export * from "./suite.ts";
export * from "./batch.ts";
export * from "./batches.ts";
export * from "./collate.ts";
export * from "./fixed_lengths.ts";
export * from "./encoded_suite.ts";
export * from "./embedded_suite.ts";
export * from "./embedded_tokenizer.ts";
export * from "./conflict_suite.ts";
export * from "./disjoint_suite.ts";
export * from "./relabel_suite.ts";
export * from "./pretraining_mixture.ts";
export * from "./text_corruption.ts";
export * from "./corruption_batches.ts";
export * from "./cl_benchmark.ts";
export * from "./label_choices.ts";
export * from "./prompt.ts";
export * from "./row_form.ts";
export * from "./exact_match.ts";
export * from "./rouge_l.ts";
export * from "./task_orders.ts";
export * from "./task_tokenizer.ts";
export * from "./data_audit.ts";
