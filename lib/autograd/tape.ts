/** Reverse-mode differentiation over a define-by-run tape. @module */
import { addScaled, fill } from "../kernels/elementwise.ts";
import { type Shape, shapeText } from "../tensor/shape.ts";
import { empty, type Origin, type Tensor } from "../tensor/tensor.ts";

/** Where a backward rule puts the gradient of one input. */
export interface Slot {
  /** To be written. */
  readonly gradient: Tensor;
  /** Another tensor of its shape, which the rule must add; null when there is none. */
  readonly previous: Tensor | null;
}

/** What a backward rule is given to deliver gradients to its operation's inputs, by position. */
export interface Sink {
  /** Whether the input needs a gradient at all. */
  wants(input: number): boolean;
  /** Where to write the gradient of the input. Call at most once per input. */
  slot(input: number): Slot;
  /** Hands over a gradient that already exists (the output's own, passed through, or a finished tensor). */
  give(input: number, gradient: Tensor): void;
}

/** Computes the gradients of an operation's inputs from that of its output. */
export type Backward = (gradient: Tensor, sink: Sink) => void;

/** Options of {@linkcode Tape.watch}. */
export interface WatchOptions {
  /** Where the gradient goes; by default a tensor of the watched one's shape. May have fewer rows. */
  readonly gradient?: Tensor;
}

interface Node extends Origin {
  readonly tape: Tape;
  readonly inputs: readonly Tensor[];
  readonly backward: Backward | null;
  readonly shape: Shape;
  readonly leaf: boolean;
  /** Where a watched tensor's gradient must end up. */
  readonly target: Tensor | null;
  gradient: Tensor | null;
}

/**
 * Remembers the operations applied to watched tensors, and goes back through them.
 *
 * @example The gradient of a sum of products
 * ```ts
 * import { linear, openGpu, Tape, tensor, weightedTotal } from "gorp";
 * using gpu = await openGpu();
 * const tape = new Tape();
 * const weight = tape.watch(tensor(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]));
 * const x = tensor(gpu, new Float32Array([1, 1]), [1, 2]);
 * const ones = tensor(gpu, new Float32Array([1, 1]));
 * tape.backward(weightedTotal(linear(x, weight), ones));
 * console.log(tape.gradient(weight).read()); // [1, 1, 1, 1]
 * ```
 */
export class Tape {
  readonly #nodes: Node[] = [];

  /** A view of `tensor` whose uses are remembered, so that {@linkcode Tape.gradient} can tell its gradient. */
  watch(tensor: Tensor, options: WatchOptions = {}): Tensor {
    const watched = tensor.view(tensor.shape);
    const target = options.gradient ?? null;
    watched.origin = this.#add({ inputs: [], backward: null, shape: tensor.shape, leaf: true, target });
    return watched;
  }

  /** Remembers one operation; used by the operations themselves through {@linkcode record}. */
  add(inputs: readonly Tensor[], shape: Shape, backward: Backward): Origin {
    return this.#add({ inputs, backward, shape, leaf: false, target: null });
  }

  /**
   * Computes the gradient of a scalar with respect to every watched tensor.
   *
   * @throws {RangeError} when `loss` has more than one element
   * @throws {TypeError} when `loss` does not depend on a tensor watched by this tape
   */
  backward(loss: Tensor): void {
    if (loss.size !== 1) {
      throw new RangeError(`Gradients are taken of a scalar; the loss has shape ${shapeText(loss.shape)}.`);
    }
    const root = loss.origin as Node | null;
    if (root?.tape !== this) {
      throw new TypeError("The loss does not depend on any tensor watched by this tape.");
    }
    root.gradient = empty(loss.gpu, loss.shape);
    fill(root.gradient, 1);
    for (let i = this.#nodes.length - 1; i >= 0; i--) {
      const node = this.#nodes[i];
      if (!node.backward || !node.gradient) continue;
      const gradient = node.gradient;
      node.gradient = null;
      const sink = new NodeSink(node.inputs, gradient);
      node.backward(gradient, sink);
      sink.finish();
      if (!sink.passedOn) gradient.dispose();
    }
  }

  /**
   * The gradient of a watched tensor; zero where the loss did not reach it.
   *
   * @throws {TypeError} when the tensor is not watched by this tape
   */
  gradient(watched: Tensor): Tensor {
    const node = watched.origin as Node | null;
    if (node?.tape !== this || !node.leaf) throw new TypeError("This tensor is not watched by this tape.");
    if (!node.gradient) {
      node.gradient = node.target ?? empty(watched.gpu, watched.shape);
      fill(node.gradient, 0);
    }
    return node.gradient;
  }

  #add(parts: Pick<Node, "inputs" | "backward" | "shape" | "leaf" | "target">): Node {
    const node: Node = { tape: this, gradient: null, ...parts };
    this.#nodes.push(node);
    return node;
  }
}

/**
 * Marks `output` as computed from `inputs`: called once by every differentiable operation. Does nothing when no
 * input is watched.
 */
export function record(inputs: readonly Tensor[], output: Tensor, backward: Backward): Tensor {
  const tape = inputs.find((input) => input.origin)?.origin?.tape as Tape | undefined;
  if (tape) output.origin = tape.add(inputs, output.shape, backward);
  return output;
}

class NodeSink implements Sink {
  readonly #inputs: readonly Tensor[];
  readonly #outputGradient: Tensor;
  readonly #replaced: { readonly node: Node; readonly previous: Tensor }[] = [];
  passedOn = false;

  constructor(inputs: readonly Tensor[], outputGradient: Tensor) {
    this.#inputs = inputs;
    this.#outputGradient = outputGradient;
  }

  wants(input: number): boolean {
    return this.#inputs[input].origin !== null;
  }

  slot(input: number): Slot {
    const node = this.#node(input);
    const previous = node.gradient;
    const shape = (previous ?? node.target ?? node).shape;
    node.gradient = !previous && node.target ? node.target : empty(this.#outputGradient.gpu, shape);
    if (previous) this.#replaced.push({ node, previous });
    return { gradient: node.gradient, previous };
  }

  /** To be called after the rule: disposes of gradients that were added to others. */
  finish(): void {
    for (const { node, previous } of this.#replaced) {
      if (previous === node.target) {
        addScaled(node.gradient!, previous, { keep: 0 });
        node.gradient!.dispose();
        node.gradient = previous;
      } else {
        previous.dispose();
      }
    }
  }

  give(input: number, gradient: Tensor): void {
    const node = this.#node(input);
    if (node.leaf || node.gradient) {
      const slot = this.slot(input);
      addScaled(gradient, slot.gradient, { keep: 0 });
      if (slot.previous) addScaled(slot.previous, slot.gradient);
      if (gradient !== this.#outputGradient) gradient.dispose();
      return;
    }
    if (gradient === this.#outputGradient) {
      if (this.passedOn) {
        const slot = this.slot(input);
        addScaled(gradient, slot.gradient, { keep: 0 });
        return;
      }
      this.passedOn = true;
    }
    node.gradient = gradient.reshaped(node.shape);
  }

  #node(input: number): Node {
    const origin = this.#inputs[input].origin;
    if (!origin) throw new TypeError(`Input ${input} of this operation needs no gradient.`);
    return origin as Node;
  }
}
