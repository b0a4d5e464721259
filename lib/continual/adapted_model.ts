/** A model under training by a method. @module */
import { InputError } from "../errors/input_error.ts";
import { displaySymbol, type RichDisplay } from "../display/rich_display.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Tape } from "../autograd/tape.ts";
import { sumSquares } from "../kernels/sum_squares.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { Weights } from "../models/layout.ts";
import { moduleSets } from "../models/module_set.ts";
import { type ArenaOptions, DEFAULT_BLOCK, WeightArena } from "../models/weight_arena.ts";
import { freshLoraA } from "../nn/lora_pairs.ts";
import type { Random } from "../tensor/random.ts";
import { scope } from "../tensor/scope.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { adaptedDisplay } from "./adapted_display.ts";
import { type BeforeProjection, consumeGradient, gradientSums } from "./consume_gradient.ts";
import { FactoredLora } from "./factored_lora.ts";
import { chooseLoraForm } from "./lora_form.ts";
import { PairedWeights } from "./paired_weights.ts";
import { trainedNames } from "./trained_names.ts";
import { cutToTrained } from "./trained_rows.ts";
import { FullRankGroup, type LoraGroup, MergedLora } from "./weight_groups.ts";
import type { TrainingPlan } from "./training_plan.ts";

/** One module's pair after a task. */
export interface StoredPair {
  readonly module: string;
  /** From 1. */
  readonly task: number;
  /** `[r, in]` */
  readonly a: Float32Array<ArrayBuffer>;
  /** `[out, r]` */
  readonly b: Float32Array<ArrayBuffer>;
}

/** Options of {@linkcode AdaptedModel}. */
export interface AdaptedOptions extends ArenaOptions {
  /**
   * Whether the gradient of each weight is projected, or turned into those of its pair, and dropped as soon as it is
   * computed, so that there is never more than one (GaLore's layer-wise form). By default where all gradients
   * together would take more than 256 MiB.
   */
  readonly layerwise?: boolean;
}

/** Bytes of gradients that are kept side by side by default. */
const MOST_KEPT = 2 ** 28;

/**
 * A base model with the weights that a plan names: LoRA pairs, full-rank weights, and their rules' state. The
 * base model itself is left as it is.
 */
export class AdaptedModel implements Disposable {
  readonly gpu: Gpu;
  readonly arena: WeightArena;
  readonly loraGroups: readonly LoraGroup[];
  readonly fullRankGroups: readonly FullRankGroup[];
  /** Whether gradients are consumed one by one. */
  readonly layerwise: boolean;
  /** Tasks begun so far. */
  task = 0;
  /** Weights with pairs beside them or rows below them; null where pairs are merged. */
  readonly #paired: PairedWeights | null;
  #masks: Random | null = null;

  constructor(readonly model: LanguageModel, readonly plan: TrainingPlan, options: AdaptedOptions = {}) {
    const { gpu, layout } = model;
    this.gpu = gpu;
    const { lora, fullRank } = plan;
    const { loraNames, fullNames } = trainedNames(model, plan);
    const canConsume = !fullRank || fullRank.rule.subspace !== undefined;
    if (options.layerwise && !canConsume) {
      throw new InputError("layerwise needs full-rank gradients that are projected to a small space.");
    }
    const merged = lora && chooseLoraForm(model, lora, loraNames) === "merged"
      ? loraNames
      : new Set<string>();
    const isMerged = merged.size > 0;
    const held = cutToTrained(model, isMerged ? new Set() : fullNames);
    const { weights, rests } = held;
    const how = { ...options, changed: merged };
    this.arena = new WeightArena(gpu, held.layout, weights, [merged, fullNames], how);
    const bytes = this.arena.blocks.reduce((sum, { gradient }) => sum + 4 * gradient.size, 0);
    const layerwise = this.layerwise = options.layerwise ?? (canConsume && bytes > MOST_KEPT);
    const most = (options.blockBytes ?? DEFAULT_BLOCK) / 4;
    const beside = lora && !isMerged
      ? moduleSets(layout, loraNames, most).map((set) => new FactoredLora(gpu, set, lora))
      : [];
    const isPaired = beside.length > 0 || rests.size > 0;
    const pairing = { groups: beside, probability: lora?.dropout, rests };
    this.#paired = isPaired ? new PairedWeights(model, pairing) : null;
    this.loraGroups = lora && isMerged
      ? this.arena.groups(gpu, merged).map((group) => new MergedLora(gpu, group, lora, layerwise))
      : beside;
    this.fullRankGroups = fullRank
      ? this.arena.groups(gpu, fullNames)
        .map((group) => new FullRankGroup(gpu, group, fullRank.rule, layerwise))
      : [];
  }

  /** What a reader of the results should know, in sentences. */
  get warnings(): string[] {
    return this.fullRankGroups.flatMap(({ state, group }) => {
      const { rule: { subspace }, projector } = state;
      if (!subspace || !projector?.clipped) return [];
      return `projectionRank ${subspace.rank} is more than a ${group.rows} by ${group.columns} weight has: ` +
        `${projector.rank} is used.`;
    });
  }

  /** The weights that the model computes with; others after the beginning of a task, where pairs stand beside them. */
  get weights(): Weights {
    const weights = { ...this.model.weights, ...this.arena.weights };
    return { ...weights, ...this.#paired?.attach(weights) };
  }

  /** Whether pairs stand beside their weights, so that {@linkcode AdaptedModel.weights} change with the task. */
  get factored(): boolean {
    return this.#paired !== null;
  }

  /** The number of weights that are trained. */
  get trainedWeights(): number {
    const pairs = this.loraGroups.map(({ pairs }) => pairs.a.size + pairs.b.size);
    const full = this.fullRankGroups.map(({ group }) => group.modules.length * group.rows * group.columns);
    return [...pairs, ...full].reduce((sum, count) => sum + count, 0);
  }

  /** Where the gradients of a step are, or what they are added up in where they are consumed one by one. */
  get gradients(): Tensor[] {
    const kept = this.layerwise ? [] : this.arena.blocks.map(({ gradient }) => gradient);
    return [...kept, ...gradientSums(this)];
  }

  /** Whether all weights under training are numbers: a run whose last step went wrong shows it nowhere else. */
  isFinite(): boolean {
    const pairs = this.loraGroups.flatMap(({ pairs: { a, b } }) => [a, b]);
    const trained = [...this.arena.blocks.map(({ effective }) => effective), ...this.factored ? pairs : []];
    return trained.every((tensor) => {
      using sums = sumSquares(tensor);
      return sums.readFloats().every(Number.isFinite);
    });
  }

  /**
   * The weights with those under training watched by a tape.
   *
   * @param options.accumulate whether their gradients are added to those in the arena
   * @param options.beforeProjection called where gradients are consumed one by one; where this is recorded, at each
   *   replay
   */
  watched(
    tape: Tape,
    options: { readonly accumulate?: boolean; readonly beforeProjection?: BeforeProjection } = {},
  ): Weights {
    const { accumulate, beforeProjection } = options;
    const entries = Object.entries(this.arena.weights).map(([key, weight]) => {
      const target = this.arena.gradientOf(key);
      const consume = (gradient: Tensor) => consumeGradient(this, { key, gradient }, beforeProjection);
      const how = this.layerwise ? { rows: target.shape[0], consume } : { gradient: target, accumulate };
      return [key, tape.watch(weight, how)] as const;
    });
    const weights = { ...this.model.weights, ...Object.fromEntries(entries) };
    return { ...weights, ...this.#paired?.attach(weights, { tape, accumulate }) };
  }

  /**
   * Draws the masks of dropout, if there is any, for a part of a step: the same at every call with these numbers.
   *
   * @param rank which of the equal slices of the part's rows are computed here
   */
  drawMasks(step: number, part = 0, rank = 0): void {
    if (this.#masks) this.#paired?.draw(this.#masks.fork(`step ${step} part ${part}`), rank);
  }

  /** Prepares for gradients that are added up: those of the next step start from zero. */
  clearGradients(): void {
    for (const sum of this.gradients) sum.gpu.clear(sum.range);
  }

  /**
   * Begins a task: earlier pairs are frozen, in the base weights or beside them, and fresh ones drawn (adapters `stack`),
   * optimizer state starts over, full-rank weights go back to the base where the method does not keep them.
   *
   * @param random the run's; each task draws from a stream of its own
   * @param options.prepare what else to do to the fresh adapters
   */
  startTask(random: Random, options: { readonly prepare?: (model: AdaptedModel) => void } = {}): void {
    this.task += 1;
    this.#masks = random.fork(`masks of task ${this.task}`);
    const stacks = this.plan.lora?.adapters === "stack";
    for (const lora of this.loraGroups) {
      if (stacks && this.task > 1) lora.fold();
      lora.penalty?.startTask(this.task);
    }
    scope(this.gpu, () => {
      for (const lora of this.loraGroups) {
        if (this.task === 1 || stacks) {
          const { modules: [first] } = lora.group;
          lora.pairs.start(
            freshLoraA(lora.pairs.sizes, random.fork(`fresh adapters ${this.task} ${first.name}`)),
          );
        }
        lora.a.startTask();
        lora.b.startTask();
      }
      for (const full of this.fullRankGroups) {
        full.state.startTask();
        if (this.task > 1 && !this.plan.fullRank?.keep) full.restore(this.model.weights);
      }
      options.prepare?.(this);
      for (const lora of this.loraGroups) lora.merge();
    });
  }

  /** Takes up a task of the same run that was begun elsewhere; its contents are to be written then. */
  resumeAt(task: number, random: Random): void {
    this.task = task;
    this.#masks = random.fork(`masks of task ${task}`);
    for (const lora of this.loraGroups) lora.shapeFor(task);
  }

  /** The present pairs, read back. */
  storedPairs(): StoredPair[] {
    return this.loraGroups.flatMap(({ group, pairs }) => {
      const [a, b] = [pairs.a.readFloats(), pairs.b.readFloats()];
      const [sizeA, sizeB] = [a.length / group.modules.length, b.length / group.modules.length];
      return group.modules.map(({ name }, i) => ({
        module: name,
        task: this.task,
        a: a.slice(i * sizeA, (i + 1) * sizeA),
        b: b.slice(i * sizeB, (i + 1) * sizeB),
      }));
    });
  }

  /** What is trained, by group. */
  [displaySymbol](): RichDisplay {
    return adaptedDisplay(this);
  }

  /** Releases everything but the base model. */
  [Symbol.dispose](): void {
    for (const part of [this.arena, ...this.loraGroups, ...this.fullRankGroups]) part[Symbol.dispose]();
    this.#paired?.[Symbol.dispose]();
  }
}
