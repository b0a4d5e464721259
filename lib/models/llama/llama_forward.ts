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
  const norm = (x: Tensor, key: string) => rmsNorm(x, weights[key], { eps: config.eps });
  const embedded = embedding(weights.embedding, reading.ids); // [B, L, D]
  const { recompute } = options;
  const x = runLayers(embedded, config.layers, { weights, recompute }, (x, i) => {
    const key = (name: string) => `${i}.${name}`;
    const qvk = linear(norm(x, key("attentionNorm")), weights[key("qvk")]); // [B, L, (H + 2K)·d]
    const context = selfAttention(config, qvk, reading); // [B, L, H·d]
    const y = linear(context, weights[key("attentionOut")], { residual: x });
    const inner = linear(norm(y, key("feedNorm")), weights[key("feedInner")]); // [B, L, 2F]
    return linear(gate(inner, "silu"), weights[key("feedOuter")], { residual: y });
  });
  const last = options.at ? embedding(x, options.at) : x;
  return linear(norm(last, "norm"), config.tied ? weights.embedding : weights.head);
}

/** Causal attention over packed queries, values and keys. */
function selfAttention(config: LlamaConfig, qvk: Tensor, reading: LlamaReading): Tensor {
  const { heads, keyHeads, headWidth } = config;
  const [batch, length] = qvk.shape;
  const turned = rotary(qvk, reading, { width: headWidth, still: { first: heads, count: keyHeads } });
  return attention(
    {
      q: { tensor: turned, first: 0 },
      v: { tensor: turned, first: heads * headWidth },
      k: { tensor: turned, first: (heads + keyHeads) * headWidth },
      mask: reading.mask,
    },
    {
      ...{ batch, heads, keyHeads, headWidth, queries: length, keys: length },
      ...{ scale: headWidth ** -0.5, causal: true },
    },
  );
}
