/** LoRA in its two forms against plain loops, and dropout's mask. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { autograd, nn, openGpu, Random, Tape, tensor, weightedTotal } from "gorp";

const SIZES = { modules: 1, outputs: 7, inputs: 5, rank: 3, scale: 4 };

Deno.test("lora: W x + s Σ B (A x), and its gradients equal those of the effective weight", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  const draw = (...shape: number[]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    return { data: random.normalArray(count), shape };
  };
  const onGpu = ({ data, shape }: ReturnType<typeof draw>) => tensor(gpu, data, shape);
  const { outputs, inputs, rank, scale } = SIZES;
  const [x, weight, a, b, probe] = [
    draw(9, inputs),
    draw(outputs, inputs),
    draw(rank, inputs),
    draw(outputs, rank),
    draw(9, outputs),
  ];

  const tape = new Tape();
  const pair = { a: tape.watch(onGpu(a)), b: tape.watch(onGpu(b)) };
  const y = nn.loraLinear(onGpu(x), { weight: onGpu(weight), pairs: [pair], scale });
  tape.backward(weightedTotal(y, onGpu(probe)));

  const got = y.readFloats();
  const dW = new Float64Array(outputs * inputs);
  for (let t = 0; t < 9; t++) {
    for (let o = 0; o < outputs; o++) {
      let want = 0;
      for (let i = 0; i < inputs; i++) {
        let effective = weight.data[o * inputs + i];
        for (let r = 0; r < rank; r++) effective += scale * b.data[o * rank + r] * a.data[r * inputs + i];
        want += effective * x.data[t * inputs + i];
        dW[o * inputs + i] += probe.data[t * outputs + o] * x.data[t * inputs + i];
      }
      assertAlmostEquals(got[t * outputs + o], want, 1e-4);
    }
  }

  using pairs = new nn.LoraPairs(gpu, SIZES);
  pairs.a.write(a.data);
  pairs.b.write(b.data);
  const merged = pairs.gradients(tensor(gpu, new Float32Array(dW), [1, outputs, inputs]));
  const close = (one: Float32Array, other: Float32Array) =>
    one.forEach((value, i) => assertAlmostEquals(value, other[i], 1e-3 * Math.max(1, Math.abs(value))));
  close(tape.gradient(pair.a).readFloats(), merged.a.readFloats());
  close(tape.gradient(pair.b).readFloats(), merged.b.readFloats());
});

Deno.test("lora: stacked pairs add up", async () => {
  using gpu = await openGpu();
  const weight = tensor(gpu, new Float32Array([1, 0, 0, 1]), [2, 2]);
  const pair = (value: number) => ({
    a: tensor(gpu, new Float32Array([value, 0]), [1, 2]),
    b: tensor(gpu, new Float32Array([0, 1]), [2, 1]),
  });
  const x = tensor(gpu, new Float32Array([1, 1]), [1, 2]);
  const y = nn.loraLinear(x, { weight, pairs: [pair(2), pair(3)], scale: 10 });
  assertEquals([...y.readFloats()], [1, 1 + 10 * 2 + 10 * 3]);
});

Deno.test("dropout: the wanted share, scaled, the same mask for the same seed, forward and backward", async () => {
  using gpu = await openGpu();
  const count = 40_001;
  const x = tensor(gpu, new Float32Array(count).fill(1));
  const seed = tensor(gpu, new Uint32Array([7]));
  const tape = new Tape();
  const watched = tape.watch(x);
  const y = autograd.dropout(watched, seed, 0.1);
  tape.backward(weightedTotal(y, x));
  const mask = y.readFloats();
  const kept = mask.filter((value) => value !== 0).length / count;
  assert(Math.abs(kept - 0.9) < 0.006, `${kept} of the elements are left`);
  mask.forEach((value) => value === 0 || assertAlmostEquals(value, 1 / 0.9, 1e-6));
  assertEquals(tape.gradient(watched).readFloats(), mask);
  assertEquals(autograd.dropout(x, seed, 0.1).readFloats(), mask);
  const other = autograd.dropout(x, tensor(gpu, new Uint32Array([8])), 0.1).readFloats();
  const agree = other.filter((value, i) => (value === 0) === (mask[i] === 0)).length / count;
  assert(Math.abs(agree - 0.82) < 0.01, `masks of two seeds agree on ${agree}`);
  assertThrows(() => autograd.dropout(x, seed, 1), RangeError, "below 1");
});
