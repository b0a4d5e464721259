/** How much memory training takes, found out without taking it. @module */
import { dense } from "../linalg/dense.ts";
import type { LanguageModel } from "../models/language_model.ts";
import { adam } from "../optim/adam.ts";
import type { SpaceState } from "../projection/remove_shared_space.ts";
import { type KnownTensors, type MemoryPiece, PieceWatch } from "../tensor/memory_pieces.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { AdaptedModel } from "./adapted_model.ts";
import { Evaluator } from "./evaluator.ts";
import type { Method } from "./method.ts";
import { ruleStates, stateTensors } from "./state_tensors.ts";
import type { TrainingOptions } from "./training_options.ts";
import { TrainStep } from "./train_step.ts";
import type { RuleState } from "./weight_groups.ts";

/**
 * What the bytes on the device are for, in the order in which they are allocated; on the software adapter with the
 * textures in which it holds contents beside buffers or in place of them.
 */
export const MEMORY_PARTS = [
  /** The model as loaded. */
  "weights",
  /** Copies of the weights under training: what the model computes with, and what adapters add to. */
  "trained",
  "gradients",
  /** LoRA pairs, and what a penalty compares them with. */
  "adapters",
  /** Adam's moments. */
  "optimizer",
  /** Bases of the low-rank projections. */
  "projections",
  /** Bases of the shared spaces, and covariances. */
  "spaces",
  /** Results of the forward pass that are kept for the way back, and gradients on the way. */
  "activations",
  /** Intermediate results of the update. */
  "update",
  /** What a pass over test rows keeps. */
  "testing",
  /** Inputs, losses, and a buffer for reading back. */
  "other",
] as const;

/** One of {@linkcode MEMORY_PARTS}. */
export type MemoryPart = (typeof MEMORY_PARTS)[number];

/** What is to be trained, and how. */
export interface MemoryQuestion {
  readonly method: Method;
  readonly training: Omit<TrainingOptions, "steps">;
  /** Tokens in a row. */
  readonly lengths: { readonly sourceLength: number; readonly targetLength: number };
  /**
   * Tasks learned before the one that is trained; each is taken to add as many directions to S as there can be. Default 3.
   */
  readonly earlierTasks?: number;
}

/** Bytes on the device. */
export interface MemoryPlan {
  readonly parts: Readonly<Record<MemoryPart, number>>;
  /** All parts: the most that exist at a time. */
  readonly bytes: number;
  /** The largest single buffer. */
  readonly largestBuffer: number;
  /** Of each part the largest piece that a kernel reaches at once, the largest first. */
  readonly pieces: readonly MemoryPiece<MemoryPart>[];
}

/**
 * What a run takes on the device of a model; of replicas each takes as much on its own. With a model on a rehearsal device (`rehearsalGpu`, `emptyModel`) nothing
 * is allocated or computed: the same code that would train allocates and records there, so that the plan is what the
 * device will be asked for.
 *
 * @throws {InputError} when the batch cannot be cut as the training asks
 *
 * @example Before anything is loaded
 * ```ts
 * import { continual, gorp, gpu as devices, models } from "gorp";
 * using gpu = devices.rehearsalGpu();
 * using model = models.emptyModel(gpu, "data/embedded-t5");
 * const plan = continual.planMemory(model, {
 *   method: gorp(),
 *   training: { batchSize: 8, recompute: true },
 *   lengths: { sourceLength: 64, targetLength: 8 },
 * });
 * console.log(plan.bytes);
 * ```
 */
export function planMemory(model: LanguageModel, question: MemoryQuestion): MemoryPlan {
  const { method, training, lengths, earlierTasks = 3 } = question;
  const { memory } = model.gpu;
  memory.resetPeak();
  using watch = new PieceWatch<MemoryPart>(memory, "trained");
  using adapted = new AdaptedModel(model, method, { layerwise: training.layerwise });
  for (const state of ruleStates(adapted)) fillSpaces(state, earlierTasks);
  adapted.startTask(new Random(1), { prepare: method.startTask });
  for (const lora of adapted.loraGroups) lora.shapeFor(earlierTasks + 1);
  watch.phase = "testing";
  using evaluator = new Evaluator(model, adapted.weights, { size: training.testBatch ?? 100, ...lengths });
  watch.phase = "activations";
  const extents = { size: training.batchSize, ...lengths };
  const { replicas = 1 } = training;
  const replica = replicas > 1 ? { rank: 0, size: replicas, allReduce: () => {} } : undefined;
  const how = { ...training, steps: 1, adam: adam(method.adam).options, replica };
  using step = new TrainStep(adapted, extents, how);
  const known = {
    ...stateBytes(model, adapted),
    activations: step.bytes.gradients,
    update: step.bytes.update,
    testing: evaluator.bytes,
  };
  const bytes = memory.peak;
  const other = bytes - Object.values(known).reduce((sum, part) => sum + part, 0);
  const pieces = watch.largest(knownTensors(model, adapted));
  return { parts: { ...known, other }, bytes, largestBuffer: memory.largestBuffer, pieces };
}

/** Gives every shared space as many directions as so many tasks can add. */
function fillSpaces({ links, linkShape: [, m, n] }: RuleState, tasks: number): void {
  const space = links.space as SpaceState | undefined;
  if (!space || tasks === 0) return;
  const [{ dimension }] = space.spaces;
  const basis = dense(dimension, Math.min(dimension, tasks * Math.min(m, n)));
  space.set(space.spaces.map((each) => ({ ...each, basis, measured: true })));
}

/** The bytes of everything that lives from step to step. */
function stateBytes(model: LanguageModel, adapted: AdaptedModel) {
  const known = knownTensors(model, adapted);
  const of = (part: MemoryPart) => bytesOf(known.filter((one) => one.part === part).flatMap(tensorsOf));
  return {
    ...{ weights: of("weights"), trained: of("trained"), gradients: of("gradients") },
    ...{ adapters: of("adapters"), optimizer: of("optimizer"), projections: of("projections") },
    spaces: of("spaces"),
  };
}

/** What lives from step to step, by what it is for. */
function knownTensors(model: LanguageModel, adapted: AdaptedModel): KnownTensors<MemoryPart>[] {
  const { trained, gradients, adapters, moments, projections, spaces, covariances } = stateTensors(adapted);
  const { layout, weights } = model;
  const names = layout.map(({ parts }) => parts.map(({ name }) => name));
  return [
    { part: "weights", tensors: layout.map(({ key }) => weights[key]), names },
    { part: "trained", tensors: trained },
    { part: "gradients", tensors: gradients },
    { part: "adapters", tensors: adapters },
    { part: "optimizer", tensors: moments },
    { part: "projections", tensors: projections },
    { part: "spaces", tensors: [...spaces, ...covariances] },
  ];
}

function tensorsOf({ tensors }: KnownTensors<MemoryPart>): readonly Tensor[] {
  return tensors;
}

function bytesOf(tensors: readonly Tensor[]): number {
  return tensors.reduce((sum, { buffer }) => sum + buffer.bytes, 0);
}

/** Bytes that the process takes beside what is on the device: Deno, the kit and compiled kernels, as measured. */
export const PROCESS_BYTES = 270e6;
