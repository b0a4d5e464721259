import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { dense } from "../../lib/linalg/dense.ts";
import { accumulateCovariance } from "../../lib/projection/accumulate_covariance.ts";
import { removeSharedSpace } from "../../lib/projection/remove_shared_space.ts";
import { emptySpace, growSpace, type SharedSpace, type Side } from "../../lib/projection/shared_space.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";

function spaceOf(dimension: number, columns: number, random: Random): SharedSpace {
  const measured = dense(dimension, columns, random.normalArray(dimension * columns));
  return growSpace(emptySpace(dimension), measured, { energyShare: 1 }).space;
}

/** `G − S Sᵀ G` or `G − G S Sᵀ` by loops. */
function without(g: Float32Array, [m, n]: readonly number[], { basis }: SharedSpace, side: Side): number[] {
  const p = (i: number, j: number) => {
    let sum = 0;
    for (let k = 0; k < basis.columns; k++) {
      sum += basis.data[i * basis.columns + k] * basis.data[j * basis.columns + k];
    }
    return sum;
  };
  return Array.from(g, (value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let inside = 0;
    if (side === "rows") { for (let k = 0; k < m; k++) inside += p(i, k) * g[k * n + j]; }
    else for (let k = 0; k < n; k++) inside += g[i * n + k] * p(k, j);
    return value - inside;
  });
}

Deno.test("each weight's own space is removed from its gradient", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  for (const [m, n] of [[7, 33], [8, 12], [33, 1], [1, 5]]) {
    for (const side of ["rows", "features"] as const) {
      const link = removeSharedSpace({ side });
      const state = link.init(gpu, [3, m, n]);
      const dimension = side === "rows" ? m : n;
      const spaces = [emptySpace(dimension), spaceOf(dimension, 1, random), spaceOf(dimension, 3, random)];
      state.set(spaces);
      const g = random.normalArray(3 * m * n);
      using gradient = tensor(gpu, g, [3, m, n]);
      using correction = zeros(gpu, [4]);
      using rest = link.update(gradient, state, correction);
      const left = rest.readFloats();
      spaces.forEach((space, l) => {
        const one = g.subarray(l * m * n, (l + 1) * m * n);
        without(one, [m, n], space, side).forEach((value, i) =>
          assertAlmostEquals(left[l * m * n + i], value, 3e-6, `${side} ${m}×${n}, space ${l}, element ${i}`)
        );
      });
      link.dispose(state);
    }
  }
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("a new task keeps its spaces where they are carried, and starts empty where not", async () => {
  using gpu = await openGpu();
  for (const carry of [true, false]) {
    const link = removeSharedSpace({ side: "features", carry });
    const state = link.init(gpu, [2, 3, 4]);
    link.startTask!(state);
    assertEquals(state.basis, null);
    state.set([spaceOf(4, 2, new Random(1)), emptySpace(4)]);
    link.startTask!(state);
    assertEquals(state.spaces.map(({ basis }) => basis.columns), carry ? [2, 0] : [0, 0]);
    assertEquals(state.spaces.map(({ measured }) => measured), carry ? [true, false] : [false, false]);
    assertEquals(state.basis === null, !carry);
    link.dispose(state);
  }
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("the covariance adds up the products of all gradients of a task, and passes them on", async () => {
  using gpu = await openGpu();
  const random = new Random(4);
  for (const side of ["rows", "features"] as const) {
    const [count, m, n] = [2, 3, 5];
    const link = accumulateCovariance(side);
    const state = link.init(gpu, [count, m, n]);
    using correction = zeros(gpu, [4]);
    using gradient = zeros(gpu, [count, m, n]);
    using step = recorded(gpu, () => link.update(gradient, state, correction));
    for (let task = 0; task < 2; task++) {
      const d = side === "rows" ? m : n;
      const expected = new Float64Array(count * d * d);
      link.startTask!(state);
      for (let t = 0; t < 3; t++) {
        const g = random.normalArray(count * m * n);
        gradient.write(g);
        step.replay();
        expected.forEach((_, at) => {
          const [l, i, j] = [Math.floor(at / (d * d)), Math.floor(at / d) % d, at % d];
          for (let k = 0; k < (side === "rows" ? n : m); k++) {
            const element = (e: number) => side === "rows" ? g[(l * m + e) * n + k] : g[(l * m + k) * n + e];
            expected[at] += element(i) * element(j);
          }
        });
        assertEquals(gradient.readFloats(), g);
      }
      state.tensor.readFloats().forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-5));
    }
    link.dispose(state);
  }
});
