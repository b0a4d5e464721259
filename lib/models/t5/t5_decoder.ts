/** T5 token by token. @module */
import { attention } from "../../autograd/ops/attention.ts";
import { projectedAttention } from "../../autograd/ops/cross_attention.ts";
import { embedding } from "../../autograd/ops/embedding.ts";
import { linear } from "../../autograd/ops/linear.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { argmaxRows } from "../../kernels/argmax_rows.ts";
import { gatherRows, RowIds } from "../../kernels/rows.ts";
import { recorded } from "../../tensor/recorded.ts";
import { empty, type Tensor, zeros } from "../../tensor/tensor.ts";
import type { DecoderExtents, Prompts, TokenDecoder } from "../generate.ts";
import { KeyValueCache } from "../key_value_cache.ts";
import type { Weights } from "../layout.ts";
import { relativeBuckets } from "./relative_buckets.ts";
import type { T5Config } from "./t5_config.ts";
import { decoderLayers, encode, t5Logits } from "./t5_forward.ts";
import { T5Inputs } from "./t5_inputs.ts";

/** Encodes all prompts at once, then decodes one token at a time: two recordings. */
export class T5Decoder implements TokenDecoder {
  readonly tokens: Tensor;
  readonly #config: T5Config;
  readonly #inputs: T5Inputs;
  readonly #cache: KeyValueCache;
  /** `[1, P]`: buckets of all positions as the present one sees them. */
  readonly #buckets: RowIds;
  readonly #allBuckets: Int32Array<ArrayBuffer>;
  readonly #encoding;
  readonly #writing;
  #written = 0;

  constructor(gpu: Gpu, config: T5Config, weights: Weights, extents: DecoderExtents) {
    const { size, sourceLength, maxNewTokens: capacity } = extents;
    const { decoderLayers: layers, heads, headWidth } = config;
    this.#config = config;
    this.tokens = zeros(gpu, [size], { dtype: "i32" });
    this.#inputs = new T5Inputs(gpu, config, { size, sourceLength, targetLength: 1 });
    this.#cache = new KeyValueCache(gpu, { layers, size, capacity, width: heads * headWidth });
    this.#allBuckets = relativeBuckets(capacity, capacity, { ...config, bidirectional: false });
    this.#buckets = new RowIds(gpu, [1, capacity], config.buckets);
    this.#encoding = recorded(gpu, () => {
      const memory = encode({ config, weights, inputs: this.#inputs });
      return Array.from({ length: layers }, (_, i) => linear(memory, weights[`decoder.${i}.crossVk`]));
    });
    this.#writing = recorded(gpu, () => this.#write(weights));
  }

  begin(prompts: Prompts): void {
    const { decoderStartId } = this.#config;
    this.#inputs.load({ ...prompts, targetLength: 1, labels: new Int32Array(prompts.size).fill(-100) });
    this.tokens.write(new Int32Array(prompts.size).fill(decoderStartId));
    this.#written = 0;
    this.#encoding.replay();
    this.advance();
  }

  advance(): void {
    const { size, capacity } = this.#cache.sizes;
    const at = this.#written++;
    this.#cache.advance(at, new Array(size).fill(1));
    this.#buckets.load(this.#allBuckets.slice(at * capacity, (at + 1) * capacity));
    this.#writing.replay();
  }

  /** Releases the recordings and their tensors. */
  [Symbol.dispose](): void {
    const recordings = [this.#encoding, this.#writing];
    const tensors = [this.#inputs, this.#cache, this.#buckets, this.tokens];
    for (const part of [...recordings, ...tensors]) part[Symbol.dispose]();
  }

  #write(weights: Weights): void {
    const config = this.#config;
    const { heads, headWidth, width } = config;
    const { size: batch, capacity: keys } = this.#cache.sizes;
    const latest = empty(this.tokens.gpu, [batch, 1, width]);
    gatherRows(weights.embedding, this.tokens, latest);
    const bias = embedding(weights["decoder.bias"], this.#buckets); // [1, P, H]
    const { mask } = this.#cache;
    const hidden = decoderLayers({ config, weights }, latest, {
      own: (qvk, layer) => {
        this.#cache.keep(layer, { tensor: qvk, first: heads * headWidth });
        return attention(
          { q: { tensor: qvk, first: 0 }, ...this.#cache.operands(layer), bias, mask },
          {
            ...{ batch, heads, keyHeads: heads, headWidth, queries: 1, keys },
            ...{ scale: 1, causal: false },
          },
        );
      },
      cross: (q, layer) =>
        projectedAttention(
          { q, vk: this.#encoding.result[layer], mask: this.#inputs.attentionMask },
          config,
        ),
    });
    argmaxRows(t5Logits({ config, weights }, hidden), this.tokens);
  }
}
