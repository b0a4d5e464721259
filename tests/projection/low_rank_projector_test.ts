import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { LowRankProjector, type ProjectionForm } from "../../lib/projection/low_rank_projector.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

const FORMS: readonly ProjectionForm[] = ["one-sided", "two-sided", "input-preserving"];

/** `[L, m, n]` of rank `rank`. */
function lowRank([count, m, n]: readonly number[], rank: number, seed = 1): Float32Array<ArrayBuffer> {
  const random = new Random(seed);
  const result = new Float32Array(count * m * n);
  for (let l = 0; l < count; l++) {
    for (let r = 0; r < rank; r++) {
      const u = random.normalArray(m), v = random.normalArray(n);
      for (let i = 0; i < m * n; i++) result[l * m * n + i] += u[Math.floor(i / n)] * v[i % n] / (r + 1);
    }
  }
  return result;
}

Deno.test("a gradient of rank k survives compression and return", async () => {
  using gpu = await openGpu();
  for (const form of FORMS) {
    for (const shape of [[1, 7, 33], [2, 33, 7], [3, 8, 12], [1, 5, 5]]) {
      const gradient = lowRank(shape, 3);
      using projector = new LowRankProjector(gpu, shape, { form, rank: 3 });
      projector.refresh(gradient);
      const back = scope(gpu, () => {
        const small = projector.project(tensor(gpu, gradient, shape));
        assertEquals([...small.shape], [...projector.projectedShape]);
        return projector.projectBack(small).readFloats();
      });
      back.forEach((value, i) => assertAlmostEquals(value, gradient[i], 1e-5, `${form} ${shape} at ${i}`));
    }
  }
});

Deno.test("an update returns straight to the blocks that hold the weights", async () => {
  using gpu = await openGpu();
  const starts = [3, 241]; // beside a block of one length, with a gap between them
  for (const form of FORMS) {
    for (const shape of [[1, 7, 33], [2, 33, 7], [2, 8, 12], [1, 5, 5]]) {
      const [count, m, n] = shape;
      using projector = new LowRankProjector(gpu, shape, { form, rank: 3 });
      projector.refresh(lowRank(shape, 3));
      const random = new Random(2);
      const held = random.normalArray(500);
      const update = random.normalArray(projector.projectedShape.reduce((a, b) => a * b));
      const values = starts.slice(0, count);
      const found = scope(gpu, () => {
        const small = tensor(gpu, update, projector.projectedShape);
        const weights = tensor(gpu, held);
        const offsets = { tensor: tensor(gpu, new Uint32Array(values)), values };
        projector.addBack(small, weights, offsets, { keep: 0.5, scale: -2 });
        return { back: projector.projectBack(small).readFloats(), weights: weights.readFloats() };
      });
      const wanted = held.slice();
      found.back.forEach((value, i) => {
        const at = values[Math.floor(i / (m * n))] + i % (m * n);
        wanted[at] = 0.5 * held[at] - 2 * value;
      });
      found.weights.forEach((x, i) => assertAlmostEquals(x, wanted[i], 1e-5, `${form} ${shape} at ${i}`));
    }
  }
});

Deno.test("the form decides which sides are kept", async () => {
  using gpu = await openGpu();
  const shapeOf = (form: ProjectionForm, m: number, n: number) => {
    using projector = new LowRankProjector(gpu, [2, m, n], { form, rank: 3 });
    return [...projector.projectedShape, projector.left !== null, projector.right !== null];
  };
  assertEquals(shapeOf("one-sided", 8, 5), [2, 8, 3, false, true]);
  assertEquals(shapeOf("one-sided", 5, 5), [2, 5, 3, false, true]);
  assertEquals(shapeOf("one-sided", 5, 8), [2, 3, 8, true, false]);
  assertEquals(shapeOf("two-sided", 8, 5), [2, 3, 3, true, true]);
  assertEquals(shapeOf("input-preserving", 8, 5), [2, 3, 5, true, false]);
});

Deno.test("k larger than the matrix is clipped, and says so", async () => {
  using gpu = await openGpu();
  for (const form of FORMS) {
    using projector = new LowRankProjector(gpu, [1, 4, 6], { form, rank: 9 });
    assert(projector.clipped && projector.rank === 4);
    const gradient = lowRank([1, 4, 6], 4);
    projector.refresh(gradient);
    const back = scope(
      gpu,
      () => projector.projectBack(projector.project(tensor(gpu, gradient, [1, 4, 6]))).readFloats(),
    );
    back.forEach((value, i) => assertAlmostEquals(value, gradient[i], 1e-5));
  }
  using exact = new LowRankProjector(gpu, [1, 4, 6], { form: "two-sided", rank: 4 });
  assert(!exact.clipped);
});

Deno.test("a basis stays until the next refresh, and needs finite gradients", async () => {
  using gpu = await openGpu();
  const shape = [1, 4, 6];
  using projector = new LowRankProjector(gpu, shape, { form: "input-preserving", rank: 1 });
  projector.refresh(lowRank(shape, 1));
  const basis = projector.left!.readFloats();
  const broken = lowRank(shape, 1, 2);
  broken[5] = NaN;
  assertThrows(() => projector.refresh(broken), RangeError, "finite");
  assertEquals(projector.left!.readFloats(), basis);
  projector.refresh(new Float32Array(24)); // of a zero gradient any basis is right, as long as it is one
  assertAlmostEquals(Math.hypot(...projector.left!.readFloats()), 1, 1e-6);
});

Deno.test("wide gradients are decomposed on the GPU into the bases that the CPU finds", async () => {
  using gpu = await openGpu();
  const shape = [2, 160, 136];
  const gradients = lowRank(shape, 6);
  for (const form of FORMS) {
    using onGpu = new LowRankProjector(gpu, shape, { form, rank: 4 });
    using onCpu = new LowRankProjector(gpu, shape, { form, rank: 4 });
    onCpu.refresh(gradients);
    scope(gpu, () => onGpu.refreshFrom(tensor(gpu, gradients, shape)));
    for (const side of ["left", "right"] as const) {
      assertEquals(onGpu[side] === null, onCpu[side] === null);
      const wanted = onCpu[side]?.readFloats();
      onGpu[side]?.readFloats().forEach((value, i) =>
        assertAlmostEquals(value, wanted![i], 1e-5, `${form} ${i}`)
      );
    }
    const broken = gradients.slice();
    broken[7] = NaN;
    assertThrows(() => scope(gpu, () => onGpu.refreshFrom(tensor(gpu, broken, shape))), RangeError, "finite");
  }
});
