import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { freshLoraA, LoraPairs } from "../../lib/nn/lora_pairs.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";

const SIZES = [
  { modules: 2, outputs: 7, inputs: 5, rank: 3, scale: 4 },
  { modules: 3, outputs: 8, inputs: 12, rank: 4, scale: 0.5 },
  { modules: 1, outputs: 1, inputs: 33, rank: 1, scale: 1 },
];

Deno.test("pairs give s·BA, and their gradients are those of a probed s·BA", async () => {
  using gpu = await openGpu();
  const random = new Random(1);
  for (const sizes of SIZES) {
    const { modules, outputs, inputs, rank, scale } = sizes;
    const [a, b, dW] = [rank * inputs, outputs * rank, outputs * inputs].map((n) =>
      random.normalArray(modules * n)
    );
    using pairs = new LoraPairs(gpu, sizes);
    pairs.a.write(a);
    pairs.b.write(b);
    const found = scope(gpu, () => {
      const gradients = pairs.gradients(tensor(gpu, dW, [modules, outputs, inputs]));
      const delta = zeros(gpu, [modules, outputs, inputs]);
      const starts = Array.from({ length: modules }, (_, l) => l * outputs * inputs);
      pairs.addTo(delta, { tensor: tensor(gpu, new Uint32Array(starts)), values: starts });
      return { delta: delta.readFloats(), a: gradients.a.readFloats(), b: gradients.b.readFloats() };
    });
    const expected = {
      delta: new Float64Array(dW.length),
      a: new Float64Array(a.length),
      b: new Float64Array(b.length),
    };
    for (let l = 0; l < modules; l++) {
      for (let o = 0; o < outputs; o++) {
        for (let i = 0; i < inputs; i++) {
          const w = (l * outputs + o) * inputs + i;
          for (let r = 0; r < rank; r++) {
            const [at, bt] = [(l * rank + r) * inputs + i, (l * outputs + o) * rank + r];
            expected.delta[w] += scale * b[bt] * a[at];
            expected.a[at] += scale * b[bt] * dW[w];
            expected.b[bt] += scale * dW[w] * a[at];
          }
        }
      }
    }
    for (const name of ["delta", "a", "b"] as const) {
      found[name].forEach((x, i) =>
        assertAlmostEquals(x, expected[name][i], 3e-5, `${name}, ${JSON.stringify(sizes)}`)
      );
    }
  }
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("a fresh pair has A within ±1/√in and B = 0", async () => {
  using gpu = await openGpu();
  const [sizes] = SIZES;
  using pairs = new LoraPairs(gpu, sizes);
  pairs.b.write(new Float32Array(pairs.b.size).fill(1));
  const a = freshLoraA(sizes, new Random(2));
  pairs.start(a);
  assertEquals(pairs.a.readFloats(), a);
  assert(pairs.b.readFloats().every((x) => x === 0));
  const largest = Math.max(...a.map(Math.abs));
  assert(largest <= 1 / Math.sqrt(5) && largest > 0.3);
  assertEquals(freshLoraA(sizes, new Random(2)), a);
});
