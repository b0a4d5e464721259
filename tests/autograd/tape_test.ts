import { RowIds } from "../../lib/kernels/rows.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { attention } from "../../lib/autograd/ops/attention.ts";
import { embedding } from "../../lib/autograd/ops/embedding.ts";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";

const matrix = (gpu: Gpu, rows: number[][]) =>
  tensor(gpu, new Float32Array(rows.flat()), [rows.length, rows[0].length]);
const list = (tensor: Tensor) => [...tensor.readFloats()];
const ones = (gpu: Gpu, count: number) => tensor(gpu, new Float32Array(count).fill(1));

Deno.test("a tensor that is used twice receives the sum of both gradients", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const w = tape.watch(matrix(gpu, [[2]]));
    const x = matrix(gpu, [[3]]);
    tape.backward(weightedTotal(linear(linear(x, w), w), ones(gpu, 1))); // 3 w², slope 6 w
    assertEquals(list(tape.gradient(w)), [12]);
  });
});

Deno.test("a residual passes the gradient through, also where it is the input itself", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const x = tape.watch(matrix(gpu, [[1, 2]]));
    const w = matrix(gpu, [[1, 2], [3, 4]]);
    const probe = tensor(gpu, new Float32Array([5, 7]));
    const y = linear(x, w, { residual: x });
    tape.backward(weightedTotal(linear(y, w, { residual: y }), probe)); // (I + W)² x
    assertEquals(list(tape.gradient(x)), [2 * 31 + 3 * 45, 2 * 31 + 5 * 45]);
  });
});

Deno.test("one tensor as residual of two products keeps both gradients apart", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const x = tape.watch(matrix(gpu, [[1]]));
    const [two, three] = [matrix(gpu, [[2]]), matrix(gpu, [[3]])];
    const hidden = linear(x, two); // 2x
    const a = linear(hidden, two, { residual: hidden }); // 6x
    const b = linear(hidden, three, { residual: a }); // 12x
    tape.backward(weightedTotal(b, ones(gpu, 1)));
    assertEquals(list(tape.gradient(x)), [12]);
  });
});

Deno.test("a weight may ask for the gradient of its first rows only", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const target = tensor(gpu, new Float32Array([9, 9, 9, 9, 9, 9]), [2, 3]);
    const w = tape.watch(zeros(gpu, [4, 3]), { gradient: target });
    const x = matrix(gpu, [[1, 2, 3], [10, 20, 30]]);
    const probe = tensor(gpu, new Float32Array([1, 2, 3, 4, 5, 6, 7, 8]));
    tape.backward(weightedTotal(linear(x, w), probe));
    assert(tape.gradient(w) === target);
    assertEquals(list(target), [51, 102, 153, 62, 124, 186]);
  });
});

Deno.test("a gradient's given place is overwritten by each replay, not added to", async () => {
  using gpu = await openGpu();
  using target = tensor(gpu, new Float32Array([100]));
  using x = tensor(gpu, new Float32Array([1]), [1, 1]);
  using w = tensor(gpu, new Float32Array([3]), [1, 1]);
  using one = tensor(gpu, new Float32Array([1]));
  using step = recorded(gpu, () => {
    const tape = new Tape();
    const watched = tape.watch(w, { gradient: target.view([1, 1]) });
    tape.backward(weightedTotal(linear(linear(x, watched), watched), one));
  });
  for (const value of [1, 2, 3]) {
    x.write(new Float32Array([value]));
    step.replay();
    assertEquals(target.item(), 6 * value);
  }
});

Deno.test("a watched tensor that the loss does not reach has gradient zero", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const [used, unused] = [tape.watch(matrix(gpu, [[1]])), tape.watch(matrix(gpu, [[1, 2]]))];
    tape.backward(weightedTotal(linear(matrix(gpu, [[4]]), used), ones(gpu, 1)));
    assertEquals(list(tape.gradient(unused)), [0, 0]);
    assertEquals(list(tape.gradient(used)), [4]);
  });
});

Deno.test("without a watched tensor nothing is remembered", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const y = linear(matrix(gpu, [[1]]), matrix(gpu, [[2]]));
    assertEquals(y.origin, null);
    assertThrows(() => new Tape().backward(weightedTotal(y, ones(gpu, 1))), TypeError, "does not depend");
  });
});

Deno.test("the tape names what cannot be differentiated", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const tape = new Tape();
    const x = tape.watch(matrix(gpu, [[1, 2]]));
    assertThrows(() => tape.backward(linear(x, matrix(gpu, [[1, 2], [3, 4]]))), RangeError, "[1, 2]");
    assertThrows(() => tape.gradient(matrix(gpu, [[1]])), TypeError, "not watched");
    assertThrows(() => new Tape().gradient(x), TypeError, "not watched");
    assertThrows(() => tape.gradient(linear(x, x)), TypeError, "not watched");
  });
});

Deno.test("queries that feed two attentions are refused rather than mixed", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const sizes = {
      batch: 1,
      heads: 1,
      keyHeads: 1,
      headWidth: 4,
      queries: 2,
      keys: 2,
      scale: 1,
      causal: false,
    };
    const tape = new Tape();
    const [x, k, v] = [tape.watch(zeros(gpu, [1, 2, 4])), zeros(gpu, [1, 2, 4]), zeros(gpu, [1, 2, 4])];
    const attend = () =>
      attention(
        { q: { tensor: x, first: 0 }, k: { tensor: k, first: 0 }, v: { tensor: v, first: 0 } },
        sizes,
      );
    const sum = linear(attend(), zeros(gpu, [4, 4]), { residual: attend() });
    assertThrows(() => tape.backward(weightedTotal(sum, ones(gpu, 8))), TypeError, "one attention only");
  });
});

Deno.test("going back leaves nothing behind", async () => {
  using gpu = await openGpu();
  using table = zeros(gpu, [5, 4]);
  using ids = new RowIds(gpu, [3], 5).load(new Int32Array([1, 2, 2]));
  using weight = zeros(gpu, [4, 4]);
  using probe = ones(gpu, 12);
  const before = gpu.liveBuffers;
  for (let i = 0; i < 3; i++) {
    const gradient = scope(gpu, () => {
      const tape = new Tape();
      const watched = tape.watch(table);
      const x = embedding(watched, ids);
      tape.backward(weightedTotal(linear(x, weight, { residual: x }), probe));
      return tape.gradient(watched);
    });
    assertEquals(gpu.liveBuffers, before + 1);
    gradient.dispose();
  }
  assertEquals(gpu.liveBuffers, before);
});
