import { crossAttention } from "../../lib/autograd/ops/cross_attention.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/tensor.ts";
import { attentionTwin } from "../reference/attention.ts";
import { linearTwin } from "../reference/linear.ts";
import { normal, type Plain, plain } from "../reference/plain.ts";
import { checkGradients } from "./gradient_check.ts";

interface Sizes {
  readonly batch: number;
  readonly targets: number;
  readonly keys: number;
  readonly heads: number;
  readonly headWidth: number;
  readonly width: number;
  /** Whether values and keys are made everywhere. */
  readonly projected?: boolean;
}

/** Values and keys of the memory first, then attention to them. */
function crossAttentionTwin(
  { q, memory, weight }: Readonly<Record<"q" | "memory" | "weight", Plain>>,
  mask: Plain,
  { batch, targets, keys, heads, headWidth }: Sizes,
): Plain {
  const vk = linearTwin(memory, weight);
  return attentionTwin(
    {
      ...{ q: { from: q, first: 0 }, v: { from: vk, first: 0 }, k: { from: vk, first: heads * headWidth } },
      mask: mask.data,
    },
    {
      ...{ batch, heads, keyHeads: heads, headWidth, queries: targets, keys, scale: 1, causal: false },
    },
  );
}

/** In groups of four columns a thread of a subgroup, or in columns. */
const CASES: readonly (Omit<Sizes, "width"> & ({ readonly quads: number } | { readonly width: number }))[] = [
  { batch: 3, targets: 2, keys: 7, heads: 4, headWidth: 8, quads: 2 },
  { batch: 2, targets: 1, keys: 33, heads: 3, headWidth: 4, quads: 1 },
  { batch: 1, targets: 2, keys: 1, heads: 1, headWidth: 5, quads: 4 },
  { batch: 1, targets: 4, keys: 257, heads: 4, headWidth: 8, quads: 2 },
  { batch: 2, targets: 3, keys: 5, heads: 2, headWidth: 4, width: 32, projected: true },
  { batch: 1, targets: 1, keys: 7, heads: 2, headWidth: 7, width: 33, projected: true },
];

Deno.test("crossAttention, to the memory itself and to its values and keys: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(51);
  for (const given of CASES) {
    const width = "width" in given ? given.width : 4 * (gpu.subgroupSize || 8) * given.quads;
    const sizes = { ...given, width };
    const { batch, targets, keys, heads, headWidth } = sizes;
    const mask = plain(batch, keys);
    mask.data.forEach((_, i) => mask.data[i] = Number(i % keys === 0 || i % 3 !== 1));
    const small = (x: Plain) => ({ ...x, data: x.data.map((value) => Math.fround(value / 4)) });
    checkGradients(gpu, {
      label: `crossAttention ${JSON.stringify(sizes)}`,
      inputs: {
        q: normal(random, batch, targets, heads * headWidth),
        memory: normal(random, batch, keys, width),
        weight: small(normal(random, 2 * heads * headWidth, width)),
      },
      operation: (inputs) =>
        crossAttention({ ...inputs, mask: tensor(gpu, new Float32Array(mask.data), mask.shape) }, sizes),
      twin: (inputs) => crossAttentionTwin(inputs, mask, sizes),
      twice: gpu.software && !sizes.projected, // queries feed one attention only
    });
  }
});
