/** The network of `mlp_problem.ts`, trained by this project. */
import { crossEntropy } from "../lib/autograd/ops/cross_entropy.ts";
import { linear } from "../lib/autograd/ops/linear.ts";
import { relu } from "../lib/autograd/ops/relu.ts";
import { Tape } from "../lib/autograd/tape.ts";
import type { Gpu } from "../lib/gpu/gpu.ts";
import { adam, BiasCorrection } from "../lib/optim/adam.ts";
import { recorded } from "../lib/tensor/recorded.ts";
import { empty, type Tensor, tensor } from "../lib/tensor/tensor.ts";
import { ADAM, type MlpProblem, WIDTH } from "./mlp_problem.ts";

const COUNT = WIDTH * WIDTH;

/** A recorded training step over all weights in one tensor, so that one launch of Adam serves all layers. */
export class Mlp implements Disposable {
  readonly #step;
  readonly #correction: BiasCorrection;
  readonly #parts = new DisposableStack();
  #t = 0;

  constructor(gpu: Gpu, { inputs, classes, weights }: MlpProblem) {
    const own = <T extends Disposable>(part: T) => this.#parts.use(part);
    const x = own(tensor(gpu, inputs, [WIDTH, WIDTH]));
    const labels = own(tensor(gpu, classes));
    const all = own(empty(gpu, [weights.length * COUNT]));
    const gradient = own(empty(gpu, all.shape));
    const layers = weights.map((_, i) => all.view([WIDTH, WIDTH], i * COUNT));
    const gradients = weights.map((_, i) => gradient.view([WIDTH, WIDTH], i * COUNT));
    weights.forEach((values, i) => layers[i].write(transposed(values)));
    const rule = adam({ ...ADAM, epsPlacement: "inside" });
    const state = rule.init(gpu, all.shape);
    this.#parts.defer(() => rule.dispose(state));
    this.#correction = own(new BiasCorrection(gpu, rule.options));
    this.#step = own(recorded(gpu, () => {
      const tape = new Tape();
      let hidden: Tensor = x;
      layers.forEach((layer, i) => {
        const product = linear(hidden, tape.watch(layer, { gradient: gradients[i] }));
        hidden = i + 1 < layers.length ? relu(product) : product;
      });
      const loss = crossEntropy(hidden, labels);
      tape.backward(loss);
      const to = { weights: all, keep: 1, scale: -ADAM.learningRate };
      rule.apply(gradient, state, this.#correction.tensor, to);
      return loss;
    }));
  }

  /** Kernel launches of one step. */
  get dispatches(): number {
    return this.#step.dispatches;
  }

  /** Takes a step, and waits for its loss. */
  step(): number {
    this.#correction.set(++this.#t);
    return this.#step.replay().item();
  }

  /** Releases the tensors. */
  [Symbol.dispose](): void {
    this.#parts.dispose();
  }
}

/** `[in, out]` to `[out, in]`. */
function transposed(values: Float32Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    values,
    (_, i) => values[(i % WIDTH) * WIDTH + Math.floor(i / WIDTH)],
  ) as Float32Array<ArrayBuffer>;
}
