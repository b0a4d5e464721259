import { RowIds } from "../../lib/kernels/rows.ts";
import { assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { attention } from "../../lib/autograd/ops/attention.ts";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { embedding } from "../../lib/autograd/ops/embedding.ts";
import { feedForward } from "../../lib/autograd/ops/feed_forward.ts";
import { gate } from "../../lib/autograd/ops/gate.ts";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { rmsNorm } from "../../lib/autograd/ops/rms_norm.ts";
import { rotary } from "../../lib/autograd/ops/rotary.ts";
import type { AttentionSizes } from "../../lib/kernels/attention.ts";
import { Random } from "../../lib/tensor/random.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";
import { attentionTwin } from "../reference/attention.ts";
import { crossEntropyTwin } from "../reference/cross_entropy.ts";
import { embeddingTwin } from "../reference/embedding.ts";
import { feedForwardTwin } from "../reference/feed_forward.ts";
import { gateTwin } from "../reference/gate.ts";
import { linearTwin } from "../reference/linear.ts";
import { normal } from "../reference/plain.ts";
import { rmsNormTwin } from "../reference/rms_norm.ts";
import { rotaryTwin } from "../reference/rotary.ts";
import { checkGradients } from "./gradient_check.ts";

/** Rows and widths, some of which four divides. */
const SIZES = [[1, 1, 1], [7, 33, 1], [1, 7, 33], [33, 1, 7], [8, 12, 4], [33, 33, 33]];

Deno.test("linear: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(2);
  for (const [m, k, n] of SIZES) {
    const inputs = { x: normal(random, m, k), weight: normal(random, n, k), residual: normal(random, m, n) };
    checkGradients(gpu, {
      label: `linear ${m}×${k}×${n}`,
      inputs,
      operation: ({ x, weight, residual }) => linear(x, weight, { residual, alpha: -0.7 }),
      twin: ({ x, weight, residual }) => linearTwin(x, weight, { residual, alpha: -0.7 }),
    });
  }
  checkGradients(gpu, {
    label: "linear over two leading dimensions",
    inputs: { x: normal(random, 3, 7, 5), weight: normal(random, 4, 5) },
    operation: ({ x, weight }) => linear(x, weight),
    twin: ({ x, weight }) => linearTwin(x, weight),
  });
});

Deno.test("rmsNorm: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  for (const [rows, width] of [[1, 1], [7, 33], [33, 7], [1, 33], [9, 8], [33, 100]]) {
    for (const options of [{ eps: 1e-6, scale: 1 }, { eps: 0.5, scale: 0.3 }]) {
      checkGradients(gpu, {
        label: `rmsNorm ${rows}×${width}, eps ${options.eps}`,
        inputs: { x: normal(random, rows, width), gain: normal(random, width) },
        operation: ({ x, gain }) => rmsNorm(x, gain, options),
        twin: ({ x, gain }) => rmsNormTwin(x, gain, options),
      });
    }
  }
});

Deno.test("embedding: values and gradients, rows used often and never", async () => {
  using gpu = await openGpu();
  const random = new Random(4);
  for (const [rows, width, count] of [[1, 1, 1], [7, 33, 33], [33, 7, 7], [5, 8, 100], [33, 1, 2]]) {
    const ids = Int32Array.from({ length: count }, () => random.integer(Math.max(1, rows - 1)));
    using positions = new RowIds(gpu, [count], rows).load(ids);
    checkGradients(gpu, {
      label: `embedding ${count} of ${rows}×${width}`,
      inputs: { table: normal(random, rows, width) },
      operation: ({ table }) => embedding(table, positions),
      twin: ({ table }) => embeddingTwin(table, ids),
    });
  }
});

Deno.test("gate: values and gradients of both activations", async () => {
  using gpu = await openGpu();
  const random = new Random(5);
  for (const activation of ["gelu", "silu"] as const) {
    for (const [rows, width] of [[1, 1], [7, 33], [33, 7], [5, 8]]) {
      checkGradients(gpu, {
        label: `${activation} gate ${rows}×${width}`,
        inputs: { x: normal(random, rows, 2 * width) },
        operation: ({ x }) => gate(x, activation),
        twin: ({ x }) => gateTwin(x, activation),
      });
    }
  }
});

Deno.test("rotary: values and gradients, with heads that stay as they are", async () => {
  using gpu = await openGpu();
  const random = new Random(10);
  for (
    const [rows, heads, width] of [[1, 1, 2], [7, 3, 6], [33, 4, 8], [257, 2, 2], [7, 1, 66], [3, 33, 16]]
  ) {
    const still = { first: Math.floor(heads / 2), count: Math.floor(heads / 3) };
    const positions = Int32Array.from({ length: rows }, () => random.integer(50));
    const angleOf = (position: number, pair: number) => position / (1 + 3 * pair);
    const table = Float32Array.from({ length: 50 * width }, (_, i) => {
      const [position, column] = [Math.floor(i / width), i % width];
      const angle = angleOf(position, column % (width / 2));
      return column < width / 2 ? Math.cos(angle) : Math.sin(angle);
    });
    using angles = tensor(gpu, table, [50, width]);
    using at = tensor(gpu, positions);
    checkGradients(gpu, {
      label: `rotary ${rows}×${heads}×${width}`,
      inputs: { x: normal(random, rows, heads * width) },
      operation: ({ x }) => rotary(x, { table: angles, positions: at }, { width, still }),
      twin: ({ x }) => rotaryTwin(x, { positions, angleOf }, { width, still }),
    });
  }
});

Deno.test("feedForward: values and gradients", async () => {
  using gpu = await openGpu();
  const random = new Random(6);
  for (const [rows, width, inner] of [[1, 1, 1], [7, 33, 7], [33, 7, 33], [4, 8, 12]]) {
    checkGradients(gpu, {
      label: `feedForward ${rows}×${width}×${inner}`,
      inputs: {
        x: normal(random, rows, width),
        inner: normal(random, inner, width),
        outer: normal(random, width, inner),
        residual: normal(random, rows, width),
      },
      operation: ({ x, inner, outer, residual }) => feedForward(x, { inner, outer }, residual),
      twin: ({ x, inner, outer, residual }) => feedForwardTwin(x, { inner, outer }, residual),
    });
  }
});

Deno.test("crossEntropy: values and gradients, with and without labels", async () => {
  using gpu = await openGpu();
  const random = new Random(7);
  for (const [rows, vocabulary] of [[1, 1], [7, 33], [33, 7], [1, 33], [9, 8], [3, 1000]]) {
    const labels = Int32Array.from(
      { length: rows },
      (_, i) => i % 3 === 1 ? -100 : random.integer(vocabulary),
    );
    using targets = tensor(gpu, labels);
    checkGradients(gpu, {
      label: `crossEntropy ${rows}×${vocabulary}`,
      inputs: { logits: normal(random, rows, vocabulary) },
      operation: ({ logits }) => crossEntropy(logits, targets),
      twin: ({ logits }) => crossEntropyTwin(logits, labels),
    });
  }
  using none = tensor(gpu, new Int32Array([-100, -100]));
  checkGradients(gpu, {
    label: "crossEntropy without labels",
    inputs: { logits: normal(random, 2, 5) },
    operation: ({ logits }) => crossEntropy(logits, none),
    twin: ({ logits }) => crossEntropyTwin(logits, [-100, -100]),
  });
  const far = normal(random, 2, 6);
  far.data.forEach((value, i) => far.data[i] = Math.fround(value * 60));
  using two = tensor(gpu, new Int32Array([0, 5]));
  checkGradients(gpu, {
    label: "crossEntropy of logits far apart",
    inputs: { logits: far },
    operation: ({ logits }) => crossEntropy(logits, two),
    twin: ({ logits }) => crossEntropyTwin(logits, [0, 5]),
  });
});

interface AttentionCase extends Partial<AttentionSizes> {
  readonly bias?: boolean;
  readonly mask?: boolean;
}

const ATTENTIONS: readonly AttentionCase[] = [
  {},
  { heads: 1, keyHeads: 1, headWidth: 33 },
  { heads: 4, keyHeads: 4, headWidth: 7, queries: 7, keys: 33, bias: true },
  { queries: 33, keys: 7, mask: true, scale: 1 },
  { queries: 33, keys: 33, headWidth: 4, causal: true, bias: true },
  { queries: 7, keys: 9, headWidth: 8, causal: true },
  { heads: 6, keyHeads: 2, headWidth: 5, queries: 7, keys: 7, mask: true, bias: true },
  { heads: 4, keyHeads: 1, headWidth: 8, queries: 3, keys: 12, causal: true, mask: true },
];

Deno.test("attention: values and gradients with bias, mask, causal and grouped heads", async () => {
  using gpu = await openGpu();
  const random = new Random(8);
  for (const { bias: hasBias, mask: hasMask, ...given } of ATTENTIONS) {
    const shape = { batch: 2, heads: 2, keyHeads: 2, headWidth: 1, queries: 1, keys: 1 };
    const sizes = { ...shape, scale: 0.4, causal: false, ...given };
    const { batch, heads, keyHeads, headWidth, queries, keys } = sizes;
    const hidden = Int32Array.from({ length: batch * keys }, (_, i) => Number(i % keys <= i / keys));
    using mask = tensor(gpu, hidden, [batch, keys]);
    const terms = hasBias ? { bias: normal(random, queries, keys, heads) } : {};
    checkGradients(gpu, {
      label: `attention ${JSON.stringify({ ...given, hasBias, hasMask })}`,
      inputs: {
        q: normal(random, batch, queries, heads * headWidth),
        k: normal(random, batch, keys, keyHeads * headWidth),
        v: normal(random, batch, keys, keyHeads * headWidth),
        ...terms as { bias: ReturnType<typeof normal> },
      },
      operation: ({ q, k, v, bias }) =>
        attention({
          q: { tensor: q, first: 0 },
          k: { tensor: k, first: 0 },
          v: { tensor: v, first: 0 },
          ...{ bias, mask: hasMask ? mask : undefined },
        }, sizes),
      twin: ({ q, k, v, bias }) =>
        attentionTwin({
          q: { from: q, first: 0 },
          k: { from: k, first: 0 },
          v: { from: v, first: 0 },
          ...{ bias, mask: hasMask ? hidden : undefined },
        }, sizes),
      twice: false,
    });
  }
});

Deno.test("attention: packed queries, keys and values share one gradient, unused columns have none", async () => {
  using gpu = await openGpu();
  const random = new Random(9);
  for (const [headWidth, gap] of [[8, 0], [5, 0], [3, 2], [4, 4]]) {
    const heads = 2, length = 7, inner = heads * headWidth + gap;
    const sizes = {
      ...{ batch: 2, heads, keyHeads: heads, headWidth, queries: length, keys: length },
      ...{ scale: 1, causal: true },
    };
    checkGradients(gpu, {
      label: `packed attention, heads of ${headWidth}, gaps of ${gap}`,
      inputs: { x: normal(random, 2, length, 4), weight: normal(random, 3 * inner, 4) },
      operation: ({ x, weight }) => {
        const tensor = linear(x, weight);
        const [q, v, k] = [0, 1, 2].map((i) => ({ tensor, first: i * inner }));
        return attention({ q, k, v }, sizes);
      },
      twin: ({ x, weight }) => {
        const from = linearTwin(x, weight);
        const [q, v, k] = [0, 1, 2].map((i) => ({ from, first: i * inner }));
        return attentionTwin({ q, k, v }, sizes);
      },
    });
  }
});

Deno.test("attention: sources that share columns are refused on the way back", async () => {
  using gpu = await openGpu();
  using x = zeros(gpu, [1, 3, 4]);
  using mask = zeros(gpu, [3, 4]);
  const sizes = {
    batch: 1,
    heads: 1,
    keyHeads: 1,
    headWidth: 4,
    queries: 3,
    keys: 3,
    scale: 1,
    causal: false,
  };
  scope(gpu, () => {
    const tape = new Tape();
    const source = { tensor: tape.watch(x), first: 0 };
    const loss = weightedTotal(attention({ q: source, k: source, v: source }, sizes), mask);
    assertThrows(() => tape.backward(loss), RangeError, "must not share columns");
  });
});
