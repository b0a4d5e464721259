import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled, fill } from "../../lib/kernels/elementwise.ts";
import { copyInto, empty, tensor, zeros } from "../../lib/tensor/tensor.ts";

Deno.test("tensors keep their contents, shape and element type", async () => {
  using gpu = await openGpu();
  using floats = tensor(gpu, new Float32Array([1, -2, 3.5, NaN, Infinity, -0]), [2, 3]);
  assertEquals([floats.dtype, [...floats.shape], floats.size], ["f32", [2, 3], 6]);
  assertEquals(floats.read(), new Float32Array([1, -2, 3.5, NaN, Infinity, -0]));
  using integers = tensor(gpu, new Int32Array([-1, 2 ** 31 - 1]));
  assertEquals(integers.read(), new Int32Array([-1, 2 ** 31 - 1]));
  using whole = tensor(gpu, new Uint32Array([2 ** 32 - 1]), [1, 1]);
  assertEquals(whole.item(), 2 ** 32 - 1);
  using nothing = tensor(gpu, new Float32Array(0), [0, 4]);
  assertEquals(nothing.size, 0);
  using one = zeros(gpu, []);
  assertEquals([one.size, one.item()], [1, 0]);
});

Deno.test("zeros are zeros even where a buffer was used before", async () => {
  using gpu = await openGpu();
  for (let i = 0; i < 3; i++) {
    const used = empty(gpu, [7]);
    fill(used, 9);
    used.dispose();
    using fresh = zeros(gpu, [7]);
    assertEquals([...fresh.readFloats()], [0, 0, 0, 0, 0, 0, 0]);
  }
});

Deno.test("a view shares its tensor's elements and does not own them", async () => {
  using gpu = await openGpu();
  using whole = tensor(gpu, Float32Array.from({ length: 130 }, (_, i) => i));
  const view = whole.view([1, 2], 64);
  assertEquals([...view.readFloats()], [64, 65]);
  view.write(new Float32Array([-1, -2]));
  fill(whole.view([64]), 5);
  assertEquals([...whole.readFloats().subarray(62, 68)], [5, 5, -1, -2, 66, 67]);
  assertEquals([...view.view([1], 1).readFloats()], [-2]);
  view.dispose();
  assertEquals(gpu.liveBuffers, 1);
  assertEquals([...whole.reshaped([2, 65]).shape], [2, 65]);
});

Deno.test("misuse of tensors is named in one sentence", async () => {
  using gpu = await openGpu();
  using x = zeros(gpu, [2, 3]);
  using y = zeros(gpu, [4]);
  assertThrows(() => x.view([7]), RangeError, "view() of shape [7] at element 0 reaches beyond");
  assertThrows(() => x.view([3], 4), RangeError, "[2, 3]");
  assertThrows(() => x.view([1], -1), RangeError, "element -1");
  assertThrows(() => x.reshaped([4, 2]), RangeError, "Cannot reshape [2, 3] to [4, 2].");
  assertThrows(
    () => x.write(new Float32Array(5)),
    RangeError,
    "write() needs 6 values for a tensor of shape [2, 3]; 5 were given",
  );
  assertThrows(() => x.item(), RangeError, "[2, 3]");
  assertThrows(
    () => tensor(gpu, new Float32Array(5), [2, 3]),
    RangeError,
    "tensor() of shape [2, 3] needs 6 values; 5 were given",
  );
  assertThrows(() => copyInto(x, y), RangeError, "Cannot copy [2, 3] over [4].");
  assertThrows(() => addScaled(x.view([4], 1), y), RangeError, "copy the view first");
  assertEquals([...y.readFloats()], [0, 0, 0, 0]);
});

Deno.test("a tensor is released once, and larger ones than the device allows are refused", async () => {
  using gpu = await openGpu();
  const x = zeros(gpu, [4]);
  x.dispose();
  assertThrows(() => x.dispose(), Error, "released twice");
  assertEquals(gpu.liveBuffers, 0);
  assertThrows(() => empty(gpu, [2 ** 40]), RangeError, "bytes");
  using after = tensor(gpu, new Float32Array([1]));
  assert(after.item() === 1);
});

Deno.test("copies work at any element, and keep the order of commands", async () => {
  using gpu = await openGpu();
  using history = zeros(gpu, [5]);
  using value = tensor(gpu, new Float32Array([1]));
  for (let i = 0; i < 5; i++) {
    copyInto(value, history.view([1], i));
    addScaled(value.view([1]), history.view([1]), { scale: 0 });
    value.write(new Float32Array([i + 2]));
  }
  assertEquals([...history.readFloats()], [1, 2, 3, 4, 5]);
});
