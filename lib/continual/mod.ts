/**
 * Methods, and runs of them over sequences of tasks.
 *
 * @module
 */
export * from "./method.ts";
export * from "./training_plan.ts";
export * from "./adapted_model.ts";
export * from "./memory_plan.ts";
export * from "./micro_batches.ts";
export * from "./replica_sum.ts";
export * from "./train_step.ts";
export * from "./training_session.ts";
export * from "./layer_view.ts";
export * from "./step_cost.ts";
export * from "./evaluator.ts";
export * from "./pretraining.ts";
export * from "./space_probe.ts";
export * from "./suite_tester.ts";
export * from "./sequence_state.ts";
export * from "./run_events.ts";
export * from "./run_sequence.ts";
export * from "./perform_run.ts";
export * from "./checkpoint.ts";
export * from "./methods/gorp.ts";
export * from "./methods/gorp_options.ts";
export * from "./base_recipe.ts";
export * from "./base_folder.ts";
export * from "./make_base.ts";
export * from "./method_choice.ts";
export * from "./methods/methods.ts";
export * from "./experiment.ts";
export * from "./experiment_source.ts";
export * from "./open_experiment.ts";
export * from "./training_options.ts";
export * from "./replicas/replica_group.ts";
export * from "./ablation.ts";
export * from "./compared_run.ts";
export * from "./compare.ts";
export * from "./run_progress.ts";
export * from "./embedded_experiment.ts";
export * from "./text_experiment.ts";
export * from "./pretrained_experiment.ts";
export * from "./run_adapters.ts";
export * from "./run_configuration.ts";
export * from "./regularizers/penalized_pair.ts";
export * from "./regularizers/o_lora.ts";
export * from "./regularizers/n_lora.ts";
export * from "./regularizers/clora.ts";
export * from "./regularizers/ewc.ts";
export * from "./regularizers/lwf.ts";
export * from "./regularizers/migu.ts";
export * from "./conditioning.ts";
export * from "./lora_form.ts";
