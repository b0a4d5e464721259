/** A LLaMA model of which only the upper layers are trained. @module */
import { InputError } from "../../errors/input_error.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { type Tensor, zeros } from "../../tensor/tensor.ts";
import type {
  BatchExtents,
  DefaultTargets,
  ForwardOptions,
  LanguageModel,
  ModelInputs,
  TokenRows,
} from "../language_model.ts";
import type { PackedWeight, Weights } from "../layout.ts";
import { llamaLayers, llamaLogits } from "./llama_forward.ts";
import { joinedRows, LlamaInputs } from "./llama_inputs.ts";
import type { LlamaModel } from "./llama_model.ts";
import { LowerLayers, type LowerReader } from "./lower_layers.ts";

/**
 * The upper layers of a model as a model of their own, to be trained and tested like any other: it reads the hidden
 * states that the frozen lower layers give, which are computed once a row. Logits are those of the whole model.
 */
export class UpperLayers implements LanguageModel<UpperInputs> {
  readonly architecture = "llama";
  readonly layout: readonly PackedWeight[];
  readonly fingerprint: string;
  readonly #lower: LowerLayers;

  /**
   * @param base owned by this model from now on
   * @param count how many of the uppermost layers can be trained
   * @throws {InputError} when the model has fewer layers
   */
  constructor(readonly base: LlamaModel, readonly count: number) {
    const { gpu, config, weights, layout } = base;
    if (!Number.isInteger(count) || count < 1 || count > config.layers) {
      throw new InputError(`Cannot train ${count} layers of ${base.name}: it has ${config.layers}.`);
    }
    const first = config.layers - count;
    const isLower = ({ key }: PackedWeight) => Number.parseInt(key) < first;
    this.layout = layout.filter((weight) => !isLower(weight));
    this.fingerprint = `${base.fingerprint} above layer ${first}`;
    this.#lower = new LowerLayers(gpu, config, weights, first);
  }

  /** The device. */
  get gpu(): Gpu {
    return this.base.gpu;
  }

  /** The whole model's. */
  get name(): string {
    return this.base.name;
  }

  /** All weights, also those of the lower layers. */
  get weights(): Weights {
    return this.base.weights;
  }

  /** Of these, the upper layers' modules can be trained. */
  get defaultTargets(): DefaultTargets {
    return this.base.defaultTargets;
  }

  /** Input tensors for batches of the given extents. */
  inputs(extents: BatchExtents): UpperInputs {
    return new UpperInputs(this.base, this.#lower, extents);
  }

  /** Logits of the labels' positions `[B, T, V]`. */
  forward(inputs: UpperInputs, weights: Weights = this.weights, options: ForwardOptions = {}): Tensor {
    const { config } = this.base;
    const { sequence: reading, predicting } = inputs.tokens;
    const from = this.#lower.count;
    const hidden = llamaLayers(config, weights, inputs.hidden, { ...options, reading, from });
    return llamaLogits(config, weights, hidden, { at: predicting });
  }

  /** Releases the weights. */
  [Symbol.dispose](): void {
    this.base[Symbol.dispose]();
  }
}

/** Input tensors of the upper layers. */
export class UpperInputs implements ModelInputs {
  readonly tokens: LlamaInputs;
  /** `[B, L, D]` */
  readonly hidden: Tensor;
  readonly #reader: LowerReader;
  readonly #padId: number;

  constructor({ gpu, config }: LlamaModel, lower: LowerLayers, readonly extents: BatchExtents) {
    this.tokens = new LlamaInputs(gpu, config, extents);
    const { size, length } = this.tokens.sequence;
    this.hidden = zeros(gpu, [size, length, config.width]);
    this.#reader = lower.reader(this.tokens);
    this.#padId = config.padId;
  }

  /** `[B, T]` */
  get labels(): Tensor {
    return this.tokens.labels;
  }

  /** Writes a batch into the tensors; the lower layers read rows that are new to them. */
  load(rows: TokenRows): void {
    this.tokens.load(rows);
    const { ids, mask } = joinedRows(rows, this.#padId);
    const { size, length } = this.tokens.sequence;
    const names = Array.from({ length: size }, (_, row) => {
      const [first, end] = [row * length, (row + 1) * length];
      return `${ids.subarray(first, end)} ${mask.subarray(first, end)}`;
    });
    this.#reader.read(names, this.hidden);
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    for (const part of [this.tokens, this.hidden, this.#reader]) part[Symbol.dispose]();
  }
}
