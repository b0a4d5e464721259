import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";

Deno.test("a scope releases what it does not return, wherever the tensors are in its result", async () => {
  using gpu = await openGpu();
  const make = () => zeros(gpu, [4]);
  const shapes: (() => unknown)[] = [
    make,
    () => [make()],
    () => ({ a: make(), b: 1, c: null, d: "text" }),
    () => new Map([["a", [make()]]]),
    () => new Set([make()]),
    () => Object.assign(Object.create(null), { a: make() }),
    () => make().view([2]),
  ];
  for (const shape of shapes) {
    const before = gpu.liveBuffers;
    scope(gpu, () => {
      scope(gpu, () => {
        make();
        return shape();
      });
      assertEquals(gpu.liveBuffers, before + 1);
      make();
    });
    assertEquals(gpu.liveBuffers, before);
  }
});

Deno.test("a kept tensor belongs to the enclosing scope, at last to the caller", async () => {
  using gpu = await openGpu();
  const kept = scope(gpu, () => scope(gpu, () => tensor(gpu, new Float32Array([3]))));
  assertEquals([gpu.liveBuffers, kept.item()], [1, 3]);
  kept.dispose();
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("a scope may dispose, may return tensors from outside, and cleans up after an error", async () => {
  using gpu = await openGpu();
  using outside = zeros(gpu, [1]);
  scope(gpu, () => zeros(gpu, [1]).dispose());
  scope(gpu, () => outside);
  assertEquals(outside.item(), 0);
  const failing = () => {
    zeros(gpu, [1]);
    throw new RangeError("as planned");
  };
  assertThrows(() => scope(gpu, failing), RangeError, "as planned");
  assertEquals(gpu.liveBuffers, 1);
});

Deno.test("released buffers are used again, and the device's memory does not grow", async () => {
  using gpu = await openGpu();
  const round = () =>
    scope(gpu, () => {
      const tensors: Tensor[] = [];
      for (let i = 1; i < 30; i++) tensors.push(tensor(gpu, new Float32Array(i * 100)));
      return tensors.reduce((sum, x) => sum + x.readFloats().length, 0);
    });
  round();
  const { bytes } = gpu;
  for (let i = 0; i < 20; i++) round();
  assertEquals([gpu.bytes, gpu.liveBuffers], [bytes, 0]);
});
