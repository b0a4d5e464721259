/** Penalties of methods: what the golden cases do not say. */
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Tape } from "../../lib/autograd/tape.ts";
import { cLoraPenalty } from "../../lib/continual/regularizers/clora.ts";
import { ewcPenalty, Importance } from "../../lib/continual/regularizers/ewc.ts";
import { RowScores } from "../../lib/continual/regularizers/migu.ts";
import { nLoraPenalty } from "../../lib/continual/regularizers/n_lora.ts";
import { oLoraPenalty } from "../../lib/continual/regularizers/o_lora.ts";
import type { PenalizedPair } from "../../lib/continual/regularizers/penalized_pair.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";

const [L, R, IN, OUT, K] = [3, 2, 5, 7, 4];

/** Random contents of L modules, as one batch, and as matrices of their own. */
function modules(gpu: Gpu, random: Random, m: number, n: number): { all: Tensor; each: Tensor[] } {
  const data = random.normalArray(L * m * n);
  const each = Array.from(
    { length: L },
    (_, l) => tensor(gpu, data.slice(l * m * n, (l + 1) * m * n), [m, n]),
  );
  return { all: tensor(gpu, data, [L, m, n]), each };
}

Deno.test("modules at once have the penalty and the gradients of modules one by one", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const random = new Random(41);
    const [a, b] = [modules(gpu, random, R, IN), modules(gpu, random, OUT, R)];
    const [oldA, pIn, pOut] = [[K, IN], [IN, K], [OUT, K]].map(([m, n]) => modules(gpu, random, m, n));
    const more = (l: number | null) => {
      const of = ({ all, each }: { all: Tensor; each: Tensor[] }) => l === null ? all : each[l];
      return { oldA: of(oldA), inputDirections: of(pIn), outputDirections: of(pOut) };
    };
    const penalties: ((pairs: (PenalizedPair & ReturnType<typeof more>)[]) => Tensor)[] = [
      (pairs) => oLoraPenalty(pairs, { orthogonality: 0.5, norms: 0.25 }).total,
      (pairs) => nLoraPenalty(pairs, { factor: 0.4 }),
      (pairs) => cLoraPenalty(pairs, { factor: 3 }),
    ];
    for (const penalty of penalties) {
      const tape = new Tape();
      const whole = { a: tape.watch(a.all), b: tape.watch(b.all), ...more(null) };
      const parts = a.each.map((_, l) => ({
        a: tape.watch(a.each[l]),
        b: tape.watch(b.each[l]),
        ...more(l),
      }));
      const [once, apart] = [penalty([whole]), penalty(parts)];
      assertAlmostEquals(once.item(), apart.item(), 1e-5 * apart.item());
      tape.backward(once);
      tape.backward(apart);
      for (const side of ["a", "b"] as const) {
        const found = tape.gradient(whole[side]).readFloats();
        const wanted = parts.flatMap((part) => [...tape.gradient(part[side]).readFloats()]);
        found.forEach((value, i) => assertAlmostEquals(value, wanted[i], 1e-5));
      }
    }
  });
});

Deno.test("a penalty can be recorded with a step and replayed on new weights", async () => {
  using gpu = await openGpu();
  using a = tensor(gpu, new Float32Array([1, 2]), [1, 2]);
  using b = tensor(gpu, new Float32Array([3]), [1, 1]);
  using step = recorded(gpu, () => {
    const tape = new Tape();
    const watched = tape.watch(a);
    const penalty = nLoraPenalty([{ a: watched, b }], { factor: 1 });
    tape.backward(penalty);
    return { penalty, gradient: tape.gradient(watched) };
  });
  assertEquals([step.replay().penalty.item(), ...step.result.gradient.read()], [9, 3, 3]);
  a.write(new Float32Array([-4, 0]));
  assertEquals([step.replay().penalty.item(), ...step.result.gradient.read()], [12, -3, 0]);
});

Deno.test("what cannot be penalized is refused in a sentence", async () => {
  using gpu = await openGpu();
  const pair = { a: zeros(gpu, [R, IN]), b: zeros(gpu, [OUT, R]) };
  assertThrows(() => oLoraPenalty([]), RangeError, "O-LoRA");
  assertThrows(() => nLoraPenalty([pair], { version: "r-by-r" }), RangeError, `[${OUT}, ${IN}]`);
  assertThrows(() => ewcPenalty([{ weight: pair.a, anchors: [] }], { factor: 1 }), RangeError, "anchors");
  assertThrows(() => new Importance(gpu, [1], { batches: 0 }), RangeError, "at least one batch");
  using scores = new RowScores(gpu, OUT);
  assertThrows(() => scores.add(zeros(gpu, [4, IN])), RangeError, `${OUT} rows`);
  assertThrows(() => scores.keep(pair.a), RangeError, `${OUT} rows`);
  assertThrows(() => scores.keep(pair.b, { quantile: 1.5 }), RangeError, "1.5");
});
