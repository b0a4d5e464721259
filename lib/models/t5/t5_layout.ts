/** The weights of a T5 model. @module */
import { type PackedWeight, single, stacked } from "../layout.ts";
import type { T5Config } from "./t5_config.ts";

/**
 * The packed weights of a T5 model and the names under which Hugging Face stores their parts. Projections that
 * read the same input are stacked: queries, values, keys in self-attention, values and keys in cross-attention,
 * with the ones that GORP trains first. Fresh weights follow the initialization of the published model.
 */
export function t5Layout(config: T5Config): PackedWeight[] {
  const { width, vocabularySize } = config;
  const head = config.tied ? [] : [single("head", "lm_head.weight", [vocabularySize, width], width ** -0.5)];
  return [
    single("embedding", "shared.weight", [vocabularySize, width], 1),
    ...stack(config, "encoder"),
    ...stack(config, "decoder"),
    ...head,
  ];
}

function stack(config: T5Config, side: "encoder" | "decoder"): PackedWeight[] {
  const { width, heads, buckets } = config;
  const inner = heads * config.headWidth;
  const layers = side === "encoder" ? config.encoderLayers : config.decoderLayers;
  const weights = [
    single(
      `${side}.bias`,
      `${side}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`,
      [buckets, heads],
      width ** -0.5,
    ),
  ];
  for (let i = 0; i < layers; i++) {
    const at = (layer: number) => `${side}.block.${i}.layer.${layer}`;
    const key = (name: string) => `${side}.${i}.${name}`;
    const gain = (name: string, layer: number) =>
      single(key(name), `${at(layer)}.layer_norm.weight`, [width], "ones");
    const queryInit = (width * config.headWidth) ** -0.5; // attention scores are not scaled
    const matrix = (layer: string, names: string) =>
      [...names].map((name) => ({
        name: `${layer}.${name}.weight`,
        rows: inner,
        init: name === "q" ? queryInit : width ** -0.5,
      }));
    const self = `${at(0)}.SelfAttention`;
    weights.push(
      gain("selfNorm", 0),
      stacked(key("selfQvk"), matrix(self, "qvk"), width),
      single(key("selfOut"), `${self}.o.weight`, [width, inner], inner ** -0.5),
    );
    if (side === "decoder") {
      const cross = `${at(1)}.EncDecAttention`;
      weights.push(
        gain("crossNorm", 1),
        stacked(key("crossQ"), matrix(cross, "q"), width),
        stacked(key("crossVk"), matrix(cross, "vk"), width),
        single(key("crossOut"), `${cross}.o.weight`, [width, inner], inner ** -0.5),
      );
    }
    weights.push(...feedForward(config, key, at(side === "encoder" ? 1 : 2)));
  }
  weights.push(single(`${side}.norm`, `${side}.final_layer_norm.weight`, [width], "ones"));
  return weights;
}

function feedForward(config: T5Config, key: (name: string) => string, at: string): PackedWeight[] {
  const { width, feedForwardWidth: inner } = config;
  const dense = `${at}.DenseReluDense`;
  const names = config.activation === "relu" ? ["wi"] : ["wi_0", "wi_1"];
  const parts = names.map((name) => ({ name: `${dense}.${name}.weight`, rows: inner, init: width ** -0.5 }));
  return [
    single(key("feedNorm"), `${at}.layer_norm.weight`, [width], "ones"),
    stacked(key("feedInner"), parts, width),
    single(key("feedOuter"), `${dense}.wo.weight`, [width, inner], inner ** -0.5),
  ];
}
