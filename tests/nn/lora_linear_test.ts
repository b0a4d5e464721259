/** LoRA beside its weight against plain loops, and dropout's mask. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { autograd, nn, openGpu, Random, Tape, tensor, weightedTotal } from "gorp";
import { assertClose } from "../kernels/close.ts";
import { loraLinearReference, type Plain } from "../reference/lora_linear.ts";

/**
 * Extents; the outputs that each pair changes (first, count) and its rank; where the weight is cut in two. Sizes that
 * kernels can cut evenly, and not.
 */
const LAYERS: readonly {
  readonly tokens: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly pairs: readonly (readonly [number, number, number])[];
  readonly cut?: number;
}[] = [
  { tokens: 9, inputs: 5, outputs: 7, pairs: [[0, 7, 3], [0, 7, 2]] },
  { tokens: 33, inputs: 48, outputs: 96, pairs: [[0, 32, 8], [32, 32, 8], [0, 32, 16]] },
  { tokens: 1, inputs: 7, outputs: 257, pairs: [[100, 33, 1]] },
  { tokens: 6, inputs: 12, outputs: 31, pairs: [[0, 31, 2]], cut: 13 },
  { tokens: 17, inputs: 64, outputs: 128, pairs: [], cut: 64 },
];

for (const { tokens, inputs, outputs, pairs: places, cut = outputs } of LAYERS) {
  for (const probability of [0, 0.4]) {
    const name = `${outputs} outputs of ${inputs} inputs, dropout ${probability}`;
    Deno.test(`lora: the layer and its gradients are those of plain loops: ${name}`, async () => {
      using gpu = await openGpu();
      const random = new Random(outputs);
      const draw = (rows: number, columns: number): Plain => (
        { rows, columns, data: random.normalArray(rows * columns) }
      );
      const onGpu = ({ rows, columns, data }: Plain) => tensor(gpu, new Float32Array(data), [rows, columns]);
      const [x, weight, dy, residual] = [
        draw(tokens, inputs),
        draw(outputs, inputs),
        draw(tokens, outputs),
        draw(tokens, outputs),
      ];
      const pairs = places.map(([row, rows, rank]) => ({ a: draw(rank, inputs), b: draw(rows, rank), row }));
      const [scale, alpha] = [0.5, 1.5];
      const seed = tensor(gpu, new Uint32Array([77]));
      const ones = tensor(gpu, new Float32Array(tokens * inputs).fill(1));
      const mask = probability ? autograd.dropout(ones, seed, probability).readFloats() : ones.readFloats();
      const expected = loraLinearReference(
        { x, mask, weight, pairs, scale, alpha, residual: residual.data },
        dy,
      );

      const tape = new Tape();
      const [wx, wr] = [x, residual].map((matrix) => tape.watch(onGpu(matrix)));
      const rowsOf = (first: number, end: number) =>
        tape.watch(tensor(gpu, new Float32Array(weight.data).slice(first * inputs, end * inputs), [
          end - first,
          inputs,
        ]));
      const ww = cut === outputs ? [rowsOf(0, outputs)] : [rowsOf(0, cut), rowsOf(cut, outputs)];
      // the first pair is frozen, as those of earlier tasks are
      const watched = pairs.map(({ a, b, row }, i) =>
        i === 0 && pairs.length > 1
          ? { a: onGpu(a), b: onGpu(b), row }
          : { a: tape.watch(onGpu(a)), b: tape.watch(onGpu(b)), row }
      );
      const dropout = probability ? { probability, seed } : undefined;
      const y = nn.loraLinear(wx, { weight: ww, pairs: watched, scale }, { residual: wr, alpha, dropout });
      assertClose(y.readFloats(), expected.y, { name: "y" });
      tape.backward(weightedTotal(y, onGpu(dy)));
      assertClose(tape.gradient(wx).readFloats(), expected.dx, { name: "dx" });
      const dW = new Float32Array(ww.flatMap((rows) => [...tape.gradient(rows).readFloats()]));
      assertClose(dW, expected.dW, { name: "dW" });
      assertEquals(tape.gradient(wr).readFloats(), new Float32Array(dy.data));
      watched.forEach(({ a, b }, i) => {
        if (!a.origin) return;
        assertClose(tape.gradient(a).readFloats(), expected.pairs[i].da, { name: `dA of ${i}` });
        assertClose(tape.gradient(b).readFloats(), expected.pairs[i].db, { name: `dB of ${i}` });
      });
    });
  }
}

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
