/** Hidden states below the layers that are trained. @module */
import type { Gpu } from "../../gpu/gpu.ts";
import { embedding } from "../../autograd/ops/embedding.ts";
import { recorded } from "../../tensor/recorded.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Weights } from "../layout.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { llamaLayers } from "./llama_forward.ts";
import type { LlamaInputs } from "./llama_inputs.ts";

/** Bytes of hidden states that are kept at most. */
const CAPACITY = 2 ** 31;

/**
 * The lowest layers of a model, frozen: what they make of a row never changes, so it is computed once and kept in
 * memory, however often the row is trained on or tested, and by however many runs.
 */
export class LowerLayers {
  readonly #states = new Map<string, Float32Array<ArrayBuffer>>();
  #bytes = 0;

  /** @param count how many layers */
  constructor(
    readonly gpu: Gpu,
    readonly config: LlamaConfig,
    readonly weights: Weights,
    readonly count: number,
  ) {}

  /** Rows whose hidden states are kept. */
  get kept(): number {
    return this.#states.size;
  }

  /** A way to compute the hidden states of inputs of fixed extents. */
  reader(inputs: LlamaInputs): LowerReader {
    return new LowerReader(this, inputs);
  }

  /** The hidden states of a row, `[L, D]`; undefined when they are not kept. */
  find(row: string): Float32Array<ArrayBuffer> | undefined {
    return this.#states.get(row);
  }

  /** Keeps the hidden states of a row; when there is no room left, the oldest go. */
  keep(row: string, states: Float32Array<ArrayBuffer>): void {
    if (this.#states.has(row)) return; // a batch may hold a row twice
    this.#states.set(row, states);
    this.#bytes += states.byteLength;
    for (const [oldest, { byteLength }] of this.#states) {
      if (this.#bytes <= CAPACITY) break;
      this.#states.delete(oldest);
      this.#bytes -= byteLength;
    }
  }
}

/** Computes the hidden states of batches, or finds them where all rows of one are known. */
export class LowerReader implements Disposable {
  readonly #layers: LowerLayers;
  readonly #recording;

  /** Use {@linkcode LowerLayers.reader}. */
  constructor(layers: LowerLayers, inputs: LlamaInputs) {
    const { gpu, config, weights, count } = layers;
    this.#layers = layers;
    this.#recording = recorded(gpu, () => {
      const { sequence } = inputs;
      const embedded = embedding(weights.embedding, sequence.ids);
      return llamaLayers(config, weights, embedded, { reading: sequence, to: count });
    });
  }

  /**
   * Writes the hidden states of the rows that were loaded into the inputs.
   *
   * @param rows what tells the rows of the batch apart
   * @param target `[B, L, D]`
   */
  read(rows: readonly string[], target: Tensor): void {
    const size = target.size / rows.length;
    const known = rows.map((row) => this.#layers.find(row));
    if (known.every((states) => states !== undefined)) {
      const whole = new Float32Array(target.size);
      known.forEach((states, i) => whole.set(states, i * size));
      target.write(whole);
      return;
    }
    const whole = this.#recording.replay().readFloats();
    rows.forEach((row, i) => {
      if (!known[i]) this.#layers.keep(row, whole.slice(i * size, (i + 1) * size));
    });
    target.write(whole);
  }

  /** Releases the recording; the inputs stay. */
  [Symbol.dispose](): void {
    this.#recording[Symbol.dispose]();
  }
}
