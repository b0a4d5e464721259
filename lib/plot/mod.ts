/**
 * Figures as plain plotly values, static pictures of them, and the report.
 *
 * @module
 */
export * from "./figure.ts";
export * from "./palette.ts";
export * from "./theme.ts";
export * from "./in_theme.ts";
export * from "./ablation_figure.ts";
export * from "./accuracy_matrices_figure.ts";
export * from "./accuracy_matrix_figure.ts";
export * from "./cost_figure.ts";
export * from "./empty_figure.ts";
export * from "./experiment_figures.ts";
export * from "./line_figure.ts";
export * from "./loss_figure.ts";
export * from "./pareto_figure.ts";
export * from "./principal_angles_figure.ts";
export * from "./share_removed_figure.ts";
export * from "./space_growth_figure.ts";
export * from "./space_left_figure.ts";
export * from "./spectra_figure.ts";
export * from "./task_accuracy_figure.ts";
export * from "./render_svg.ts";
export * from "./png_thread.ts";
export * from "./render_png.ts";
export * from "./indexed_png.ts";
export * from "./report.ts";
export * from "./recorded_run.ts";
export * from "./label.ts";
export * from "./plotly_config.ts";
export * from "./plotly_source.ts";
export type { AccuracyCells } from "./accuracy_matrix_panel.ts";
export type { Estimate } from "./estimate.ts";
export type { LossPoint } from "./loss_curve.ts";
export type { SpaceGrowthSeries } from "./space_growth_lines.ts";
export type { Spectrum } from "./spectrum.ts";
