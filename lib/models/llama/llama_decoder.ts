/** LLaMA token by token. @module */
import { attention } from "../../autograd/ops/attention.ts";
import { embedding } from "../../autograd/ops/embedding.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { argmaxRows } from "../../kernels/argmax_rows.ts";
import { gatherRows, RowIds } from "../../kernels/rows.ts";
import { recorded } from "../../tensor/recorded.ts";
import { empty, type Tensor, tensor, zeros } from "../../tensor/tensor.ts";
import type { DecoderExtents, Prompts, TokenDecoder } from "../generate.ts";
import { KeyValueCache } from "../key_value_cache.ts";
import type { Weights } from "../layout.ts";
import type { LlamaConfig } from "./llama_config.ts";
import { llamaLayers, llamaLogits, selfAttention, turnedHeads } from "./llama_forward.ts";
import { joinedRows } from "./llama_inputs.ts";
import { LlamaSequence } from "./llama_sequence.ts";
import { rotaryTable } from "./rotary_frequencies.ts";

/** Reads all prompts at once, then one token at a time: two recordings. */
export class LlamaDecoder implements TokenDecoder {
  readonly tokens: Tensor;
  readonly #config: LlamaConfig;
  readonly #extents: DecoderExtents;
  readonly #sequence: LlamaSequence;
  readonly #last: RowIds;
  readonly #cache: KeyValueCache;
  /** `[B, 1]` */
  readonly #positions: Tensor;
  readonly #table: Tensor;
  readonly #reading;
  readonly #writing;
  #counts: number[] = [];
  #written = 0;

  constructor(gpu: Gpu, config: LlamaConfig, weights: Weights, extents: DecoderExtents) {
    const { size, sourceLength, maxNewTokens } = extents;
    const { layers, keyHeads, headWidth } = config;
    this.#config = config;
    this.#extents = extents;
    const capacity = sourceLength + maxNewTokens - 1;
    this.tokens = zeros(gpu, [size], { dtype: "i32" });
    this.#sequence = new LlamaSequence(gpu, config, size, sourceLength);
    const ends = Int32Array.from({ length: size }, (_, row) => (row + 1) * sourceLength - 1);
    this.#last = new RowIds(gpu, [size], size * sourceLength).load(ends);
    this.#cache = new KeyValueCache(gpu, { layers, size, capacity, width: keyHeads * headWidth });
    this.#positions = zeros(gpu, [size, 1], { dtype: "i32" });
    const table = rotaryTable(config.rotary, { positions: capacity + 1, width: headWidth });
    this.#table = tensor(gpu, table, [capacity + 1, headWidth]);
    this.#reading = recorded(gpu, () => this.#read(weights));
    this.#writing = recorded(gpu, () => this.#write(weights));
  }

  begin(prompts: Prompts): void {
    const { size, sourceLength } = this.#extents;
    const labels = new Int32Array(size);
    const rows = joinedRows({ ...prompts, targetLength: 1, labels }, this.#config.padId);
    this.#sequence.load(rows);
    this.#cache.advance(0, rows.mask);
    this.#counts = Array.from({ length: size }, (_, row) => {
      const mask = rows.mask.subarray(row * sourceLength, (row + 1) * sourceLength);
      return mask.reduce((sum, token) => sum + token, 0);
    });
    this.#written = 1;
    this.#reading.replay();
  }

  advance(): void {
    const { size, sourceLength } = this.#extents;
    this.#cache.advance(sourceLength + this.#written - 1, new Array(size).fill(1));
    this.#positions.write(Int32Array.from(this.#counts, (count) => count + this.#written - 1));
    this.#written += 1;
    this.#writing.replay();
  }

  /** Releases the recordings and their tensors. */
  [Symbol.dispose](): void {
    const recordings = [this.#reading, this.#writing];
    const tensors = [this.#sequence, this.#last, this.#cache, this.#positions, this.#table, this.tokens];
    for (const part of [...recordings, ...tensors]) part[Symbol.dispose]();
  }

  #read(weights: Weights): void {
    const config = this.#config;
    const reading = this.#sequence;
    const hidden = llamaLayers(config, weights, embedding(weights.embedding, reading.ids), {
      reading,
      attend: (qvk, layer) => {
        const turned = turnedHeads(config, qvk, reading);
        this.#cache.keep(layer, { tensor: turned, first: config.heads * config.headWidth });
        return selfAttention(config, turned, reading.mask);
      },
    });
    argmaxRows(llamaLogits(config, weights, hidden, { at: this.#last }), this.tokens);
  }

  #write(weights: Weights): void {
    const config = this.#config;
    const { heads, keyHeads, headWidth, width } = config;
    const { size: batch, capacity: keys } = this.#cache.sizes;
    const latest = empty(this.tokens.gpu, [batch, 1, width]);
    gatherRows(weights.embedding, this.tokens, latest);
    const { mask } = this.#cache;
    const reading = { mask, positions: this.#positions, table: this.#table };
    const hidden = llamaLayers(config, weights, latest, {
      reading,
      attend: (qvk, layer) => {
        const turned = turnedHeads(config, qvk, reading);
        this.#cache.keep(layer, { tensor: turned, first: heads * headWidth });
        return attention(
          { q: { tensor: turned, first: 0 }, ...this.#cache.operands(layer), mask },
          {
            ...{ batch, heads, keyHeads, headWidth, queries: 1, keys },
            ...{ scale: headWidth ** -0.5, causal: false },
          },
        );
      },
    });
    argmaxRows(llamaLogits(config, weights, hidden, {}), this.tokens);
  }
}
