/** The forward pass of LLaMA (Touvron et al., 2023). Shapes: B batch, L length, D width, V vocabulary. @module */
import { runLayers } from "../../autograd/layers.ts";
import { attention } from "../../autograd/ops/attention.ts";
import { embedding } from "../../autograd/ops/embedding.ts";
import { gate } from "../../autograd/ops/gate.ts";
import { linear } from "../../autograd/ops/linear.ts";
import { rmsNorm } from "../../autograd/ops/rms_norm.ts";
import { rotary } from "../../autograd/ops/rotary.ts";
import type { RotaryAngles } from "../../kernels/rotary.ts";
import type { RowIds } from "../../kernels/rows.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ForwardOptions } from "../language_model.ts";
import type { Weights } from "../layout.ts";
import type { LlamaConfig } from "./llama_config.ts";

/** What the model reads. */
export interface LlamaReading extends RotaryAngles {
  /** `[B, L]` */
  readonly ids: RowIds;
  /** `[B, L]` f32, 0 at padding */
  readonly mask: Tensor;
}

/**
 * The logits of the next token.
 *
 * @param weights by key of `llamaLayout`; watched ones receive gradients
 * @param options.at rows of the hidden states `[B·L, D]` to predict from; by default all
 * @returns `[B, L, V]`, or `[…at, V]`
 */
export function llamaForward(
  config: LlamaConfig,
  weights: Weights,
  reading: LlamaReading,
  options: ForwardOptions & { readonly at?: RowIds } = {},
): Tensor {
  const embedded = embedding(weights.embedding, reading.ids); // [B, L, D]
  const { recompute, at } = options;
  return llamaLogits(config, weights, llamaLayers(config, weights, embedded, { reading, recompute }), { at });
}

/** Which layers, and what is read beside the hidden states. */
export interface LayerRange extends ForwardOptions {
  readonly reading: Omit<LlamaReading, "ids">;
  /** The first layer; default 0. */
  readonly from?: number;
  /** Behind the last layer; default all. */
  readonly to?: number;
  /** The context `[B, L, H·d]` of packed queries, values and keys; default that of causal attention. */
  readonly attend?: (qvk: Tensor, layer: number) => Tensor;
}

/** Hidden states `[B, L, D]` behind some layers, given those before them. */
export function llamaLayers(
  config: LlamaConfig,
  weights: Weights,
  hidden: Tensor,
  range: LayerRange,
): Tensor {
  const { reading, from = 0, to = config.layers, recompute } = range;
  const { attend = (qvk) => selfAttention(config, turnedHeads(config, qvk, reading), reading.mask) } = range;
  const norm = (x: Tensor, key: string) => rmsNorm(x, weights[key], { eps: config.eps });
  return runLayers(hidden, to - from, { weights, recompute }, (x, i) => {
    const key = (name: string) => `${from + i}.${name}`;
    const qvk = linear(norm(x, key("attentionNorm")), weights[key("qvk")]); // [B, L, (H + 2K)·d]
    const context = attend(qvk, from + i); // [B, L, H·d]
    const y = linear(context, weights[key("attentionOut")], { residual: x });
    const inner = linear(norm(y, key("feedNorm")), weights[key("feedInner")]); // [B, L, 2F]
    return linear(gate(inner, "silu"), weights[key("feedOuter")], { residual: y });
  });
}

/** The logits of the last hidden states, `[B, L, V]`, or `[…at, V]` of some rows of them. */
export function llamaLogits(
  config: LlamaConfig,
  weights: Weights,
  hidden: Tensor,
  { at }: { readonly at?: RowIds },
): Tensor {
  const last = rmsNorm(at ? embedding(hidden, at) : hidden, weights.norm, { eps: config.eps });
  return linear(last, config.tied ? weights.embedding : weights.head);
}

/** Packed queries, values and keys, with queries and keys turned by their positions. */
export function turnedHeads(config: LlamaConfig, qvk: Tensor, angles: RotaryAngles): Tensor {
  const { heads, keyHeads, headWidth } = config;
  return rotary(qvk, angles, { width: headWidth, still: { first: heads, count: keyHeads } });
}

/** Causal attention over packed queries, values and keys, turned already. */
export function selfAttention(config: LlamaConfig, turned: Tensor, mask: Tensor): Tensor {
  const { heads, keyHeads, headWidth } = config;
  const [batch, length] = turned.shape;
  return attention(
    {
      q: { tensor: turned, first: 0 },
      v: { tensor: turned, first: heads * headWidth },
      k: { tensor: turned, first: (heads + keyHeads) * headWidth },
      mask,
    },
    {
      ...{ batch, heads, keyHeads, headWidth, queries: length, keys: length },
      ...{ scale: headWidth ** -0.5, causal: true },
    },
  );
}
