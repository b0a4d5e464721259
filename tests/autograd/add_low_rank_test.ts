import { assertThrows } from "@std/assert";
import { addLowRank } from "../../lib/autograd/ops/add_low_rank.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { Random } from "../../lib/tensor/random.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { batchProductTwin } from "../reference/penalties.ts";
import { normal, type Plain } from "../reference/plain.ts";
import { checkGradients } from "./gradient_check.ts";

/** `W + s · B A` from row `row` on. */
function twin(weight: Plain, parts: readonly { row: number; a: Plain; b: Plain; scale: number }[]): Plain {
  const sum = { ...weight, data: weight.data.slice() };
  for (const { row, a, b, scale } of parts) {
    const start = row * weight.shape[1];
    batchProductTwin(b, a).data.forEach((value, i) => sum.data[start + i] += scale * value);
  }
  return sum;
}

Deno.test("addLowRank: values and gradients, of pairs on parts of a weight that overlap or not", async () => {
  using gpu = await openGpu();
  const random = new Random(51);
  for (const [inputs, rank] of [[1, 1], [7, 2], [8, 4], [33, 3]]) {
    checkGradients(gpu, {
      label: `addLowRank ${inputs}, rank ${rank}`,
      inputs: {
        weight: normal(random, 12, inputs),
        a: normal(random, rank, inputs),
        b: normal(random, 4, rank),
        c: normal(random, 1, inputs),
        d: normal(random, 5, 1),
      },
      operation: ({ weight, a, b, c, d }) =>
        addLowRank(weight, [{ row: 4, a, b, scale: 2.5 }, { row: 7, a: c, b: d, scale: -1 }]),
      twin: ({ weight, a, b, c, d }) =>
        twin(weight, [{ row: 4, a, b, scale: 2.5 }, { row: 7, a: c, b: d, scale: -1 }]),
    });
  }
});

Deno.test("addLowRank refuses pairs that do not fit", async () => {
  using gpu = await openGpu();
  using weight = zeros(gpu, [3, 2]);
  const refused = (row: number, a: number[], b: number[]) =>
    assertThrows(
      () => addLowRank(weight, [{ row, a: zeros(gpu, a), b: zeros(gpu, b), scale: 1 }]),
      RangeError,
      "does not fit a weight of [3, 2]",
    );
  refused(2, [1, 2], [2, 1]);
  refused(0, [1, 3], [3, 1]);
  refused(0, [2, 2], [3, 1]);
});
