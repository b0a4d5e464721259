/** The forward pass of T5 (Raffel et al., 2020). Shapes: B batch, S source, T target, D width, V vocabulary. @module */
import { attention } from "../../autograd/ops/attention.ts";
import { crossAttention } from "../../autograd/ops/cross_attention.ts";
import { embedding } from "../../autograd/ops/embedding.ts";
import { feedForwardLayer } from "../../autograd/ops/feed_forward_layer.ts";
import { gate } from "../../autograd/ops/gate.ts";
import { linear } from "../../autograd/ops/linear.ts";
import { normLinear } from "../../autograd/ops/norm_linear.ts";
import { rmsNorm } from "../../autograd/ops/rms_norm.ts";
import { runLayers } from "../../autograd/layers.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ForwardOptions } from "../language_model.ts";
import type { Weights } from "../layout.ts";
import type { T5Config } from "./t5_config.ts";
import type { T5Inputs } from "./t5_inputs.ts";

/** One forward pass. */
export interface T5Pass extends ForwardOptions {
  readonly config: T5Config;
  /** By key of `t5Layout`; watched ones receive gradients. */
  readonly weights: Weights;
  readonly inputs: T5Inputs;
}

/**
 * The logits of every target position, the decoder reading the labels shifted right (teacher forcing).
 *
 * @returns `[B, T, V]`
 */
export function t5Forward(pass: T5Pass): Tensor {
  return decode(pass, encode(pass));
}

/** The encoder: hidden states `[B, S, D]`, normalized. */
export function encode(pass: T5Pass): Tensor {
  const { config, weights, inputs } = pass;
  const { eps } = config;
  const bias = embedding(weights["encoder.bias"], inputs.buckets.encoder); // [S, S, H]
  const embedded = embedding(weights.embedding, inputs.inputIds); // [B, S, D]
  const x = runLayers(embedded, config.encoderLayers, pass, (x, i) => {
    const key = (name: string) => `encoder.${i}.${name}`;
    const projection = { gain: weights[key("selfNorm")], weight: weights[key("selfQvk")] };
    const qvk = normLinear(x, projection, { eps }); // [B, S, 3·H·d]
    const context = selfAttention(config, qvk, { bias, mask: inputs.attentionMask }); // [B, S, H·d]
    const y = linear(context, weights[key("selfOut")], { residual: x });
    return feed(config, weights, y, key);
  });
  return rmsNorm(x, weights["encoder.norm"], { eps });
}

/** The decoder and the head: logits `[B, T, V]`. */
export function decode(pass: T5Pass, memory: Tensor): Tensor {
  const { config, weights, inputs } = pass;
  const bias = embedding(weights["decoder.bias"], inputs.buckets.decoder); // [T, T, H]
  const embedded = embedding(weights.embedding, inputs.decoderIds); // [B, T, D]
  const hidden = decoderLayers(pass, embedded, {
    own: (qvk) => selfAttention(config, qvk, { bias, causal: true }),
    cross: (q, layer) => {
      const weight = weights[`decoder.${layer}.crossVk`]; // [2·H·d, D]
      return crossAttention({ q, memory, weight, mask: inputs.attentionMask }, config);
    },
  });
  return t5Logits(pass, hidden);
}

/** How a decoder layer attends. */
export interface DecoderAttention {
  /** To the text so far, from packed queries, values and keys `[B, T, 3·H·d]`: `[B, T, H·d]`. */
  readonly own: (qvk: Tensor, layer: number) => Tensor;
  /** To the source, from queries `[B, T, H·d]`: `[B, T, H·d]`. */
  readonly cross: (q: Tensor, layer: number) => Tensor;
}

/** Hidden states `[B, T, D]` behind the decoder's layers, not normalized. */
export function decoderLayers(
  pass: Omit<T5Pass, "inputs">,
  embedded: Tensor,
  attend: DecoderAttention,
): Tensor {
  const { config, weights } = pass;
  return runLayers(embedded, config.decoderLayers, pass, (x, i) => {
    const key = (name: string) => `decoder.${i}.${name}`;
    const project = (x: Tensor, norm: string, name: string) =>
      normLinear(x, { gain: weights[key(norm)], weight: weights[key(name)] }, { eps: config.eps });
    const qvk = project(x, "selfNorm", "selfQvk"); // [B, T, 3·H·d]
    const y = linear(attend.own(qvk, i), weights[key("selfOut")], { residual: x });
    const q = project(y, "crossNorm", "crossQ"); // [B, T, H·d]
    const z = linear(attend.cross(q, i), weights[key("crossOut")], { residual: y });
    return feed(config, weights, z, key);
  });
}

/** The head on the decoder's hidden states: logits `[B, T, V]`. */
export function t5Logits({ config, weights }: Omit<T5Pass, "inputs">, x: Tensor): Tensor {
  const scale = config.tied ? config.width ** -0.5 : 1;
  const projection = {
    gain: weights["decoder.norm"],
    weight: config.tied ? weights.embedding : weights.head,
  };
  return normLinear(x, projection, { eps: config.eps, scale });
}

interface SelfTerms {
  readonly bias: Tensor;
  readonly mask?: Tensor;
  readonly causal?: boolean;
}

function selfAttention(config: T5Config, qvk: Tensor, terms: SelfTerms): Tensor {
  const { heads, headWidth } = config;
  const inner = heads * headWidth;
  const [batch, length] = qvk.shape;
  return attention(
    {
      q: { tensor: qvk, first: 0 },
      v: { tensor: qvk, first: inner },
      k: { tensor: qvk, first: 2 * inner },
      bias: terms.bias,
      mask: terms.mask,
    },
    {
      ...{ batch, heads, keyHeads: heads, headWidth, queries: length, keys: length },
      ...{ scale: 1, causal: terms.causal ?? false },
    },
  );
}

function feed(config: T5Config, weights: Weights, x: Tensor, key: (name: string) => string): Tensor {
  const { eps } = config;
  const [gain, inner, outer] = ["feedNorm", "feedInner", "feedOuter"].map((name) => weights[key(name)]);
  if (config.activation === "relu") return feedForwardLayer(x, { gain, inner, outer }, { eps });
  return linear(gate(linear(rmsNorm(x, gain, { eps }), inner), "gelu"), outer, { residual: x });
}
