/**
 * Showing things in notebooks, following long work, stopping it, and running notebooks without a kernel.
 *
 * @module
 */
export * from "./show.ts";
export * from "./say.ts";
export * from "./progress.ts";
export * from "./interrupt.ts";
export * from "./sink.ts";
export * from "./run_notebook.ts";
export * from "./check_notebooks.ts";
export * from "./strip_outputs.ts";
export * from "./table.ts";
export * from "./live_run.ts";
export * from "./help.ts";
export * from "./parameters.ts";
export * from "./recording_sink.ts";
export * from "./output.ts";
export * from "./cell_problem.ts";
export * from "./notebook_file.ts";
