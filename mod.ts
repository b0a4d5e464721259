/**
 * GORP on Deno: continual gradient low-rank projection fine-tuning of language models, on WebGPU.
 *
 * The names that notebooks and programs need most stand at the top. Everything else is in one namespace a layer,
 * in the order in which the layers build on each other: a file imports only from its own layer and those above.
 *
 * @module
 */

// The device, tensors, differentiation
export { InputError } from "./lib/errors/input_error.ts";
export { type Gpu, openGpu } from "./lib/gpu/gpu.ts";
export { Random } from "./lib/tensor/random.ts";
export { recorded } from "./lib/tensor/recorded.ts";
export { scope } from "./lib/tensor/scope.ts";
export { Tensor, tensor, zeros } from "./lib/tensor/tensor.ts";
export { addScaled } from "./lib/kernels/elementwise.ts";
export { Tape } from "./lib/autograd/tape.ts";
export { linear } from "./lib/autograd/ops/linear.ts";
export { weightedTotal } from "./lib/autograd/ops/weighted_total.ts";
export * from "./lib/linalg/mod.ts";

// Models, tasks
export { type LoadedModel, loadModel } from "./lib/models/load_model.ts";
export { createLlama, type LlamaModel, loadLlama } from "./lib/models/llama/llama_model.ts";
export { createT5, loadT5, type T5Model } from "./lib/models/t5/t5_model.ts";
export * from "./lib/text/mod.ts";
export * from "./lib/tasks/mod.ts";

// The method, runs, results
export * from "./lib/projection/mod.ts";
export { gorp, type GorpChoice } from "./lib/continual/methods/gorp.ts";
export { type GorpOptions, gorpOptions, PROFILES, VARIANTS } from "./lib/continual/methods/gorp_options.ts";
export { embeddedExperiment } from "./lib/continual/embedded_experiment.ts";
export type { Experiment } from "./lib/continual/experiment.ts";
export { methodOf, METHODS } from "./lib/continual/methods/methods.ts";
export { ablationMethods } from "./lib/continual/ablation.ts";
export { compare } from "./lib/continual/compare.ts";
export type { LayerView } from "./lib/continual/layer_view.ts";
export { measureStepCosts } from "./lib/continual/step_cost.ts";
export { TrainingSession } from "./lib/continual/training_session.ts";
export { performRun } from "./lib/continual/perform_run.ts";
export { runSequence } from "./lib/continual/run_sequence.ts";
export * from "./lib/results/mod.ts";

// What one sees
export { accuracyMatrixFigure } from "./lib/plot/accuracy_matrix_figure.ts";
export { experimentFigures } from "./lib/plot/experiment_figures.ts";
export { liveRun } from "./lib/notebook/live_run.ts";
export { show } from "./lib/notebook/show.ts";
export { say } from "./lib/notebook/say.ts";
export { progress } from "./lib/notebook/progress.ts";
export { breathe, interruptSignal } from "./lib/notebook/interrupt.ts";

export * as errors from "./lib/errors/mod.ts";
export * as display from "./lib/display/mod.ts";
export * as gpu from "./lib/gpu/mod.ts";
export * as tensors from "./lib/tensor/mod.ts";
export * as kernels from "./lib/kernels/mod.ts";
export * as linalg from "./lib/linalg/mod.ts";
export * as autograd from "./lib/autograd/mod.ts";
export * as nn from "./lib/nn/mod.ts";
export * as models from "./lib/models/mod.ts";
export * as text from "./lib/text/mod.ts";
export * as tasks from "./lib/tasks/mod.ts";
export * as optim from "./lib/optim/mod.ts";
export * as projection from "./lib/projection/mod.ts";
export * as results from "./lib/results/mod.ts";
export * as continual from "./lib/continual/mod.ts";
export * as plot from "./lib/plot/mod.ts";
export * as notebook from "./lib/notebook/mod.ts";
export * as verify from "./lib/verify/mod.ts";
