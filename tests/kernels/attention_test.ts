import { assert } from "@std/assert";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import {
  attentionBiasGradient,
  attentionForward,
  attentionGradients,
  attentionKeyGradient,
  attentionQueryGradient,
  type AttentionSizes,
} from "../../lib/kernels/attention.ts";
import { Random } from "../../lib/tensor/random.ts";
import { empty, type Tensor, tensor } from "../../lib/tensor/tensor.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { attentionTwin } from "./attention_twin.ts";
import { assertClose } from "./close.ts";

interface Case extends Partial<AttentionSizes> {
  readonly biased?: boolean;
  readonly masked?: boolean;
  /** Whether q, k and v are columns of one tensor (needs as many queries as keys). */
  readonly packed?: boolean;
}

function check(gpu: Gpu, { biased, masked, packed, ...given }: Case): void {
  const sizes = {
    ...{ batch: 2, heads: 2, keyHeads: 2, headWidth: 8, queries: 5, keys: 5, scale: 1, causal: false },
    ...given,
  };
  const { batch, heads, keyHeads, headWidth, queries, keys } = sizes;
  const random = new Random(1);
  const [own, other] = [heads * headWidth, keyHeads * headWidth];
  const widths = packed ? [own + 2 * other] : [own, other, other];
  const data = widths.map((width, i) => random.normalArray(batch * (i === 0 ? queries : keys) * width));
  const tensors = data.map((values, i) => tensor(gpu, values, [values.length / widths[i], widths[i]]));
  const place = (i: number, first: number) => packed ? { source: 0, first } : { source: i, first: 0 };
  const places = [place(0, 0), place(1, own + other), place(2, own)];
  const [q, k, v] = places.map(({ source, first }) => ({ tensor: tensors[source], first }));
  const [plainQ, plainK, plainV] = places.map(({ source, first }) => (
    { data: data[source], width: widths[source], first }
  ));
  const bias = biased ? random.normalArray(queries * keys * heads) : undefined;
  const mask = masked
    ? Float32Array.from({ length: batch * keys }, (_, i) => Number(i % keys === 0 || i % 3 !== 1))
    : undefined;
  const dContext = random.normalArray(batch * queries * own);
  const wanted = attentionTwin({ q: plainQ, k: plainK, v: plainV, bias, mask }, dContext, sizes);

  const operands = { q, k, v, bias: bias && tensor(gpu, bias), mask: mask && tensor(gpu, mask) };
  const saved = {
    context: empty(gpu, [batch * queries, own]),
    extremes: empty(gpu, [batch, heads, queries, 4]),
  };
  const upstream = tensor(gpu, dContext, [batch * queries, own]);
  attentionForward(operands, saved, sizes);
  const fresh = () => {
    const gradients = tensors.map(({ shape }) => empty(gpu, shape));
    const [dq, dk, dv] = places.map(({ source }) => gradients[source]);
    return { dContext: upstream, dq, dk, dv };
  };
  const { dq, dk, dv } = fresh();
  const pulls = attentionQueryGradient(operands, saved, { dContext: upstream, dq }, sizes);
  attentionKeyGradient(operands, pulls, { dContext: upstream, dk, dv }, sizes);
  const name = JSON.stringify({ ...given, biased, masked, packed });
  assertClose(saved.context.readFloats(), wanted.context, { name: `context ${name}` });
  const compare = (part: "dq" | "dk" | "dv", gradient: Tensor, first: number, width: number) => {
    const [rows, columns] = gradient.shape;
    const all = gradient.readFloats();
    const found = new Float32Array(rows * width).map((_, i) =>
      all[Math.floor(i / width) * columns + first + i % width]
    );
    assertClose(found, wanted[part], { name: `${part} ${name}`, tolerance: 1e-5 });
  };
  const compareAll = ({ dq, dk, dv }: Pick<ReturnType<typeof fresh>, "dq" | "dk" | "dv">) => {
    compare("dq", dq, places[0].first, own);
    compare("dk", dk, places[1].first, other);
    compare("dv", dv, places[2].first, other);
  };
  compareAll({ dq, dk, dv });
  const together = fresh();
  if (attentionGradients(operands, saved, together, sizes)) compareAll(together);
  else assert(!gpu.software || keys > 2 * gpu.subgroupSize, `${name}: few keys in one launch`);
  if (!bias) return;
  const dBias = empty(gpu, [queries, keys, heads]);
  attentionBiasGradient(operands, pulls, { dContext: upstream, previous: operands.bias!, dBias }, sizes);
  const sum = wanted.dBias.map((value, i) => value + bias[i]);
  assertClose(dBias.readFloats(), sum, { name: `dBias ${name}`, tolerance: 1e-5 });
}

const CASES: Record<string, readonly Case[]> = {
  "at awkward sizes": [
    { queries: 1, keys: 1, headWidth: 1, heads: 1, keyHeads: 1, batch: 1 },
    { queries: 7, keys: 33, headWidth: 7 },
    { queries: 33, keys: 7, headWidth: 4, batch: 1 },
    { queries: 3, keys: 257, headWidth: 8, batch: 1, biased: true },
    { queries: 257, keys: 2, headWidth: 8, batch: 1, masked: true },
    { queries: 6, keys: 5, headWidth: 33, heads: 1, keyHeads: 1 },
  ],
  "with bias, mask and causality": [
    { biased: true },
    { masked: true, scale: 0.25 },
    { causal: true },
    { causal: true, queries: 2, keys: 6 },
    { biased: true, masked: true, causal: true, headWidth: 3 },
  ],
  "with packed projections, shared key heads and wide heads": [
    { packed: true, biased: true, headWidth: 16, heads: 4, keyHeads: 4 },
    { packed: true, headWidth: 5 },
    { heads: 6, keyHeads: 2, queries: 4, keys: 9 },
    { heads: 1, keyHeads: 1, headWidth: 64, queries: 9, keys: 9 },
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  Deno.test(`attention agrees with loops ${name}`, async () => {
    using gpu = await openGpu();
    for (const test of cases) scope(gpu, () => check(gpu, test));
  });
}
