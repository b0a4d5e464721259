/** Reverse-mode differentiation over a define-by-run tape. @module */
import { addScaled, fill } from "../kernels/elementwise.ts";
import { scope } from "../tensor/scope.ts";
import { type Shape, shapeText } from "../tensor/shape.ts";
import { empty, type Origin, type Tensor } from "../tensor/tensor.ts";
import { NodeSink, type Receiver, type Sink } from "./sink.ts";

/** Computes the gradients of an operation's inputs from that of its output. */
export type Backward = (gradient: Tensor, sink: Sink) => void;

/** Options of {@linkcode Tape.watch}. */
export interface WatchOptions {
  /** Where the gradient goes; by default a tensor of the watched one's shape. May have fewer rows. */
  readonly gradient?: Tensor;
  /** Whether the gradient is added to what `gradient` holds; default false. */
  readonly accumulate?: boolean;
  /**
   * Takes the gradient as soon as it is complete, in place of keeping it: it is released afterwards, with
   * everything made here. Not called when the loss does not reach the watched tensor.
   */
  readonly consume?: (gradient: Tensor) => void;
  /** Rows of the gradient, where not all of the watched tensor's are wanted: the first ones. */
  readonly rows?: number;
}

interface Node extends Receiver {
  readonly tape: Tape;
  readonly inputs: readonly Tensor[];
  /** Null for watched tensors and segments. */
  readonly backward: Backward | null;
  /** Computes the result of a segment again. */
  readonly segment: (() => Tensor) | null;
  readonly consume: ((gradient: Tensor) => void) | null;
  /** Operations that use the node and have not delivered their part of its gradient. */
  uses: number;
}

const NO_INPUTS = { inputs: [], backward: null, segment: null, consume: null, target: null };

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
  readonly #batchParts: number;

  /**
   * @param options.batchParts in how many equal parts the gradients of weights are summed over the rows of a batch, as far
   *   as the adapter's kernels can: to the last bit what one gets by adding up those of the parts; default 1
   */
  constructor(options: { readonly batchParts?: number } = {}) {
    this.#batchParts = options.batchParts ?? 1;
  }

  /** A view of `tensor` whose uses are remembered, so that {@linkcode Tape.gradient} can tell its gradient. */
  watch(tensor: Tensor, options: WatchOptions = {}): Tensor {
    const { gradient: target = null, accumulate = false, consume = null, rows } = options;
    const watched = tensor.view(tensor.shape);
    const shape = rows === undefined ? tensor.shape : [rows, ...tensor.shape.slice(1)];
    const node = this.#add({ ...NO_INPUTS, shape, leaf: true, target, consume });
    if (accumulate) node.gradient = target;
    watched.origin = node;
    return watched;
  }

  /** Remembers one operation; used by the operations themselves through {@linkcode record}. */
  add(inputs: readonly Tensor[], shape: Shape, backward: Backward): Origin {
    return this.#add({ ...NO_INPUTS, inputs, backward, shape, leaf: false });
  }

  /**
   * Runs a part of the forward pass without keeping its intermediate results: they are released at its end, and
   * computed again on the way back, so that the memory of one segment is needed instead of that of all (Chen et
   * al., 2016).
   *
   * @param body makes one tensor from ones that exist already, the same at every call
   *
   * @example A layer whose inner results are computed twice
   * ```ts
   * import { linear, openGpu, Tape, tensor, weightedTotal } from "gorp";
   * using gpu = await openGpu();
   * const tape = new Tape();
   * const w = tape.watch(tensor(gpu, new Float32Array([1, 2, 3, 4]), [2, 2]));
   * const x = tensor(gpu, new Float32Array([1, 1]), [1, 2]);
   * const y = tape.checkpointed(gpu, () => linear(linear(x, w), w));
   * tape.backward(weightedTotal(y, tensor(gpu, new Float32Array([1, 1]))));
   * console.log(tape.gradient(w).read()); // [7, 11, 9, 13]
   * ```
   */
  checkpointed(gpu: Tensor["gpu"], body: () => Tensor): Tensor {
    const first = this.#nodes.length;
    const result = scope(gpu, body);
    const inside = new Set(this.#nodes.splice(first));
    const used = [...inside].flatMap(({ inputs }) => inputs.filter(({ origin }) => origin));
    for (const input of used) (input.origin as Node).uses -= 1;
    if (!inside.has(result.origin as Node)) return result;
    const outer = new Map(used.map((input) => [input.origin as Node, input]));
    const inputs = [...outer].filter(([node]) => !inside.has(node)).map(([, input]) => input);
    const shape = result.shape;
    result.origin = this.#add({ ...NO_INPUTS, inputs, segment: body, shape, leaf: false });
    return result;
  }

  /**
   * Computes the gradient of a scalar with respect to every watched tensor.
   *
   * @param options.weight `[1]`, by which the scalar counts; 1 by default
   * @throws {RangeError} when `loss` has more than one element
   * @throws {TypeError} when `loss` does not depend on a tensor watched by this tape
   */
  backward(loss: Tensor, options: { readonly weight?: Tensor } = {}): void {
    if (loss.size !== 1) {
      throw new RangeError(`Gradients are taken of a scalar; the loss has shape ${shapeText(loss.shape)}.`);
    }
    const root = loss.origin as Node | null;
    if (root?.tape !== this) {
      throw new TypeError("The loss does not depend on any tensor watched by this tape.");
    }
    root.gradient = empty(loss.gpu, loss.shape);
    if (options.weight) addScaled(options.weight, root.gradient, { keep: 0 });
    else fill(root.gradient, 1);
    this.#goBackTo(0);
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
      node.gradient = node.target ?? empty(watched.gpu, node.shape);
      fill(node.gradient, 0);
    }
    return node.gradient;
  }

  #add(parts: Omit<Node, "tape" | "gradient" | "uses">): Node {
    const node: Node = { tape: this, gradient: null, uses: 0, ...parts };
    for (const { origin } of node.inputs) if (origin) (origin as Node).uses += 1;
    this.#nodes.push(node);
    return node;
  }

  /** Goes back through the nodes from the last to `first`. */
  #goBackTo(first: number): void {
    for (let i = this.#nodes.length - 1; i >= first; i--) {
      const node = this.#nodes[i];
      const { gradient, backward, segment } = node;
      if (node.leaf) continue;
      node.gradient = null;
      if (gradient && segment) {
        this.#goBackThrough(node, segment, gradient);
        continue;
      }
      if (gradient && backward) {
        const sink = new NodeSink(node.inputs, gradient, this.#batchParts);
        backward(gradient, sink);
        sink.finish();
        if (!sink.passedOn) gradient.dispose();
      }
      settle(node.inputs);
    }
  }

  /** Computes a segment again, goes back through it, and releases all but the gradients of what it used. */
  #goBackThrough({ inputs }: Node, segment: () => Tensor, gradient: Tensor): void {
    const first = this.#nodes.length;
    scope(gradient.gpu, () => {
      (segment().origin as Node).gradient = gradient;
      settle(inputs); // the segment's own operations stand for them now
      this.#goBackTo(first);
      this.#nodes.length = first;
      return this.#nodes.map((node) => node.gradient);
    });
  }
}

/** Counts one use less of each input; what has none left has its whole gradient. */
function settle(inputs: readonly Tensor[]): void {
  for (const { origin } of inputs) {
    const node = origin as Node | null;
    if (!node || --node.uses > 0 || !node.consume || !node.gradient) continue;
    const { gradient, consume } = node;
    node.gradient = null;
    scope(gradient.gpu, () => consume(gradient));
    gradient.dispose();
  }
}

/** The tape that watches one of these tensors, or a tensor from which it follows; null when none does. */
export function tapeOf(tensors: Iterable<Tensor>): Tape | null {
  for (const { origin } of tensors) if (origin) return origin.tape as Tape;
  return null;
}

/**
 * Marks `output` as computed from `inputs`: called once by every differentiable operation. Does nothing when no
 * input is watched.
 */
export function record(inputs: readonly Tensor[], output: Tensor, backward: Backward): Tensor {
  const tape = tapeOf(inputs);
  if (tape) output.origin = tape.add(inputs, output.shape, backward);
  return output;
}
