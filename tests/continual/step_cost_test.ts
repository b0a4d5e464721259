import { assert, assertEquals } from "@std/assert";
import type { Experiment } from "../../lib/continual/experiment.ts";
import { measureStepCosts } from "../../lib/continual/step_cost.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { batchOf, matmul } from "../../lib/kernels/matmul.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { TINY_T5 } from "../models/tiny_t5.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

// of the modules that are trained, queries and values of attention
const INPUTS = TINY_T5.width;
const OUTPUTS = TINY_T5.heads * TINY_T5.headWidth;

Deno.test("a recording counts the operations of its products, also of those cut along k", async () => {
  using gpu = await openGpu();
  const [batch, m, k, n] = [3, 5, 9001, 7];
  const tensors = [[m, k], [k, n], [m, n]].map(([rows, columns]) => zeros(gpu, [batch, rows, columns]));
  const [a, b, c] = tensors.map(batchOf);
  using work = recorded(gpu, () => {
    matmul(a, b, c, { batch });
    matmul(a, b, c, { batch, epilogue: "accumulate" });
  });
  assertEquals(work.operations, 2 * 2 * batch * m * k * n);
});

Deno.test("the cost of a step: operations by the formulas of the method, memory by the shapes", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const measured = (variant: "B" | "B+S" | "B+L") => {
    const { method, training, suite } = tinyPlan(model, { variant }, { tasks: 2 });
    const experiment: Experiment = { model, training, suite: () => suite };
    const [{ label, parts, memory }] = measureStepCosts(experiment, [method], { steps: 6, rounds: 2 });
    assertEquals(label, variant);
    assert(parts.every(({ milliseconds }) => Number.isFinite(milliseconds) && milliseconds >= 0));
    const of = (name: string) => parts.find(({ part }) => part === name)!;
    return { of, bytes: (name: string) => memory.find(({ part }) => part === name)!.bytes };
  };
  const before = gpu.liveBuffers;
  const [b, bs, bl] = [measured("B"), measured("B+S"), measured("B+L")];
  assertEquals(gpu.liveBuffers, before);

  // the passes cost the same whatever becomes of the gradients; going back costs more than going forward
  assertEquals(b.of("forward").operations, bs.of("forward").operations);
  assert(b.of("backward").operations > b.of("forward").operations);

  // G − (G S) Sᵀ: two products of [r, in] with [in, c], with c filled up to a multiple of four
  const { loraRank, projectionRank } = tinyPlan(model).method.options as Record<string, number>;
  const modules = b.bytes("Adam") / (2 * 4 * loraRank * (INPUTS + OUTPUTS));
  assert(Number.isInteger(modules), `${modules}`);
  const columns = bs.bytes("S") / (4 * INPUTS * modules);
  const removal = 4 * modules * loraRank * INPUTS * columns;
  assertEquals(bs.of("update").operations - b.of("update").operations, removal);

  // Uᵀ G there, U n back; moments of [k, in] and bases of [out, k]
  const full = bl.bytes("projections") / (4 * OUTPUTS * projectionRank);
  assert(Number.isInteger(full), `${full}`);
  assertEquals(
    bl.of("update").operations - b.of("update").operations,
    4 * full * projectionRank * OUTPUTS * INPUTS,
  );
  assertEquals(bl.bytes("Adam") - b.bytes("Adam"), 2 * 4 * full * projectionRank * INPUTS);
  assertEquals([b.bytes("S"), b.bytes("covariance"), b.of("growth").milliseconds], [0, 0, 0]);
});
