/** Delivering gradients to the inputs of an operation. @module */
import { addScaled } from "../kernels/elementwise.ts";
import type { Shape } from "../tensor/shape.ts";
import { copyInto, empty, isBindable, type Origin, type Tensor } from "../tensor/tensor.ts";

/** Where a backward rule puts the gradient of one input. */
export interface Slot {
  /** To be written. */
  readonly gradient: Tensor;
  /** Another tensor of its shape, which the rule must add; null when there is none. */
  readonly previous: Tensor | null;
  /** In how many equal parts a sum over the rows of a batch is to be taken, where the adapter's kernels can. */
  readonly batchParts: number;
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

/** What a gradient is delivered to: a watched tensor, or the result of an operation. */
export interface Receiver extends Origin {
  readonly shape: Shape;
  /** Whether this is a watched tensor. */
  readonly leaf: boolean;
  /** Where a watched tensor's gradient must end up. */
  readonly target: Tensor | null;
  gradient: Tensor | null;
}

/** The sink of one operation. */
export class NodeSink implements Sink {
  readonly #inputs: readonly Tensor[];
  readonly #outputGradient: Tensor;
  readonly #replaced: { readonly node: Receiver; readonly previous: Tensor }[] = [];
  /** Whether the output's own gradient was handed on to an input. */
  passedOn = false;

  readonly #batchParts: number;

  /** `outputGradient` is the gradient of the operation's result. */
  constructor(inputs: readonly Tensor[], outputGradient: Tensor, batchParts = 1) {
    this.#inputs = inputs;
    this.#outputGradient = outputGradient;
    this.#batchParts = batchParts;
  }

  /** See {@linkcode Sink.wants}. */
  wants(input: number): boolean {
    return this.#inputs[input].origin !== null;
  }

  /** See {@linkcode Sink.slot}. */
  slot(input: number): Slot {
    const node = this.#node(input);
    const previous = node.gradient;
    const shape = (previous ?? node.target ?? node).shape;
    node.gradient = !previous && node.target ? node.target : empty(this.#outputGradient.gpu, shape);
    if (previous) this.#replaced.push({ node, previous });
    return { gradient: node.gradient, previous, batchParts: this.#batchParts };
  }

  /** See {@linkcode Sink.give}. */
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

  /** To be called after the rule: disposes of gradients that were added to others. */
  finish(): void {
    for (const { node, previous } of this.#replaced) {
      if (previous === node.target) {
        overwrite(previous, node.gradient!);
        node.gradient!.dispose();
        node.gradient = previous;
      } else {
        previous.dispose();
      }
    }
  }

  #node(input: number): Receiver {
    const origin = this.#inputs[input].origin;
    if (!origin) throw new TypeError(`Input ${input} of this operation needs no gradient.`);
    return origin as Receiver;
  }
}

/** Copies a gradient to its target: by a kernel, which is cheaper than a copy, where the target can be bound. */
function overwrite(target: Tensor, gradient: Tensor): void {
  if (isBindable(target)) addScaled(gradient, target, { keep: 0 });
  else copyInto(gradient, target);
}
