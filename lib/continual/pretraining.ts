/** Training all weights of a base model. @module */
import { InputError } from "../errors/input_error.ts";
import { crossEntropy } from "../autograd/ops/cross_entropy.ts";
import { Tape } from "../autograd/tape.ts";
import { clipNorm } from "../kernels/clip_norm.ts";
import type { BatchExtents, LanguageModel, ModelInputs, TokenRows } from "../models/language_model.ts";
import { adam, type AdamOptions, BiasCorrection } from "../optim/adam.ts";
import { warmupLinearDecay } from "../optim/schedule.ts";
import { writeFileAtomically } from "../files/atomic_file.ts";
import { recorded } from "../tensor/recorded.ts";
import { copyInto, type Tensor, zeros } from "../tensor/tensor.ts";
import { placesOf, type Weights } from "../models/layout.ts";
import { encodeSafetensors, readSafetensors } from "../models/safetensors.ts";
import { WeightArena } from "../models/weight_arena.ts";

/** How to pre-train. */
export interface PretrainingOptions {
  readonly steps: number;
  /** Peak learning rate; default 2e-3. */
  readonly learningRate?: number;
  /** Steps of linear warm-up, before linear decay to zero; default 200. */
  readonly warmup?: number;
  /** Largest norm of the gradient; default 1. */
  readonly clip?: number;
  /** Default β = 0.9, 0.98 and eps = 1e-8 inside the bias correction, as PyTorch's Adam. */
  readonly adam?: AdamOptions;
}

const ADAM: AdamOptions = { beta1: 0.9, beta2: 0.98, eps: 1e-8, epsPlacement: "inside" };

/** All weights of a model under training by Adam with warm-up, decay and clipping. */
export class Pretraining implements Disposable {
  /** The weights under training. */
  readonly weights: Weights;
  readonly #arena: WeightArena;
  readonly #inputs: ModelInputs;
  readonly #correction: BiasCorrection;
  readonly #history: Tensor;
  readonly #step;
  readonly #options: Required<PretrainingOptions>;
  readonly #state: { firstMoment: Tensor; secondMoment: Tensor };

  constructor(model: LanguageModel, extents: BatchExtents, options: PretrainingOptions) {
    const { gpu, layout } = model;
    this.#options = { learningRate: 2e-3, warmup: 200, clip: 1, adam: ADAM, ...options };
    const rule = adam(this.#options.adam);
    const all = new Set([...placesOf(layout).keys()].map((name) => name.replace(/\.weight$/, "")));
    const arena = this.#arena = new WeightArena(gpu, layout, model.weights, [all], { blockBytes: Infinity });
    const [{ effective, gradient }] = arena.blocks;
    this.weights = arena.weights;
    this.#inputs = model.inputs(extents);
    this.#correction = new BiasCorrection(gpu, rule.options);
    this.#history = zeros(gpu, [options.steps]);
    const state = this.#state = rule.init(gpu, gradient.shape);
    gpu.clear(gradient.range);
    this.#step = recorded(gpu, () => {
      const tape = new Tape();
      const entries = Object.entries(arena.weights).map(([key, weight]) =>
        [key, tape.watch(weight, { gradient: arena.gradientOf(key) })] as const
      );
      const loss = crossEntropy(
        model.forward(this.#inputs, Object.fromEntries(entries)),
        this.#inputs.labels,
      );
      tape.backward(loss);
      clipNorm(gradient, this.#options.clip);
      const to = { weights: effective, keep: 1, scale: -this.#options.learningRate };
      rule.apply(gradient, state, this.#correction.tensor, to);
      return loss;
    });
  }

  /** Runs step `t`, counted from 1. */
  run(batch: TokenRows, t: number): void {
    this.#inputs.load(batch);
    this.#correction.set(
      t,
      warmupLinearDecay(t, { warmup: this.#options.warmup, total: this.#options.steps }),
    );
    copyInto(this.#step.replay(), this.#history.view([1], t - 1));
    this.#history.gpu.flush();
  }

  /** The losses of steps `first` to `last`, counted from 1. */
  losses(first: number, last: number): Float32Array<ArrayBuffer> {
    return this.#history.view([last - first + 1], first - 1).readFloats();
  }

  /** Writes weights and moments after `step` steps to a file. */
  save(path: string, step: number): void {
    const tensors = new Map(
      this.#stateTensors().map(([name, tensor]) =>
        [name, { shape: tensor.shape, data: tensor.readFloats() }] as const
      ),
    );
    tensors.set("step", { shape: [1], data: new Float32Array([step]) });
    writeFileAtomically(path, encodeSafetensors(tensors));
  }

  /** Continues from a file written by {@linkcode Pretraining.save}; returns the steps done, 0 without a file. */
  restore(path: string): number {
    try {
      Deno.statSync(path);
    } catch {
      return 0;
    }
    const stored = readSafetensors(path);
    for (const [name, tensor] of this.#stateTensors()) {
      const data = stored.get(name)?.data;
      if (data?.length !== tensor.size) {
        throw new InputError(`${path} is the state of another training; remove it.`);
      }
      tensor.write(data as Float32Array<ArrayBuffer>);
    }
    return stored.get("step")!.data[0];
  }

  #stateTensors(): [string, Tensor][] {
    return [["weights", this.#arena.blocks[0].effective], ...Object.entries(this.#state)];
  }

  /** Releases everything but the model. The weights go with it: copy or save them first. */
  [Symbol.dispose](): void {
    for (const part of [this.#step, this.#arena, this.#inputs, this.#correction, this.#history]) {
      part[Symbol.dispose]();
    }
    this.#state.firstMoment.dispose();
    this.#state.secondMoment.dispose();
  }
}
