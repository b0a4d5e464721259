import { assert, assertEquals, assertThrows } from "@std/assert";
import { dropInput } from "../../lib/autograd/ops/dropped_linear.ts";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { requireOwnProducts } from "../../lib/autograd/own_product.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { loraLinear } from "../../lib/nn/lora_linear.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

const [B, IN, OUT, RANK, SCALE, PROBABILITY] = [9, 7, 5, 2, 3, 0.4];

function normal(gpu: Gpu, name: string, shape: number[]) {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return tensor(gpu, new Random(1, name).normalArray(count), shape);
}

function assertClose(actual: Float32Array, expected: ArrayLike<number>, what: string): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  const error = Math.max(...Array.from(actual, (value, i) => Math.abs(value - expected[i])));
  assert(actual.length === expected.length && error <= 2e-6 * largest, `${what}: ${error} of ${largest}`);
}

Deno.test("the product with a dropped input is that of stacked LoRA pairs under one mask, with its gradients", async () => {
  using gpu = await openGpu();
  const [x, weight, direction] = [[B, IN], [OUT, IN], [B, OUT]].map((shape, i) => normal(gpu, `${i}`, shape));
  const seed = tensor(gpu, new Uint32Array([77]));
  const pairs = [1, 2].map((task) => ({
    a: normal(gpu, `a${task}`, [RANK, IN]),
    b: normal(gpu, `b${task}`, [OUT, RANK]),
  }));
  const residual = normal(gpu, "residual", [B, OUT]);

  const pairwise = new Tape();
  const last = { a: pairwise.watch(pairs[1].a), b: pairwise.watch(pairs[1].b) };
  const xp = pairwise.watch(x);
  const dropout = { probability: PROBABILITY, seed };
  const expected = loraLinear(xp, { weight, pairs: [pairs[0], last], scale: SCALE }, { dropout });
  pairwise.backward(weightedTotal(expected, direction));

  const effective = weight.readFloats();
  const [a, b] = [pairs.map((pair) => pair.a.readFloats()), pairs.map((pair) => pair.b.readFloats())];
  for (let o = 0; o < OUT; o++) {
    for (let i = 0; i < IN; i++) {
      for (let r = 0; r < RANK; r++) {
        for (const j of [0, 1]) effective[o * IN + i] += SCALE * b[j][o * RANK + r] * a[j][r * IN + i];
      }
    }
  }
  const tape = new Tape();
  const [xe, we, re] = [tape.watch(x), tape.watch(tensor(gpu, effective, [OUT, IN])), tape.watch(residual)];
  dropInput(we, { plain: weight, seed, probability: PROBABILITY });
  assertThrows(() => requireOwnProducts([we]), Error, "does not know of it");
  const y = linear(xe, we, { residual: re });
  requireOwnProducts([we]);
  tape.backward(weightedTotal(y, direction));

  const sum = residual.readFloats().map((value, i) => value + expected.readFloats()[i]);
  assertClose(y.readFloats(), sum, "y");
  assertClose(tape.gradient(xe).readFloats(), pairwise.gradient(xp).readFloats(), "dx");
  assertEquals(tape.gradient(re).readFloats(), direction.readFloats());
  const dW = tape.gradient(we).readFloats();
  const dA = new Float64Array(RANK * IN);
  const dB = new Float64Array(OUT * RANK);
  for (let o = 0; o < OUT; o++) {
    for (let i = 0; i < IN; i++) {
      for (let r = 0; r < RANK; r++) {
        dA[r * IN + i] += SCALE * b[1][o * RANK + r] * dW[o * IN + i];
        dB[o * RANK + r] += SCALE * dW[o * IN + i] * a[1][r * IN + i];
      }
    }
  }
  assertClose(pairwise.gradient(last.a).readFloats(), dA, "dA");
  assertClose(pairwise.gradient(last.b).readFloats(), dB, "dB");
});
