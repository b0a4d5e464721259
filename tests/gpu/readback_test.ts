import { assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { MemoryMeter } from "../../lib/gpu/memory_meter.ts";
import { Readback } from "../../lib/gpu/readback.ts";
import { fill } from "../../lib/kernels/elementwise.ts";
import { tensor } from "../../lib/tensor/tensor.ts";

Deno.test("reading back right after a launch works hundreds of times, in all sizes", async () => {
  using gpu = await openGpu();
  for (let i = 0; i < 200; i++) {
    const length = 1 + (i * 37) % 1500 * (i % 10 === 0 ? 20 : 1);
    using x = tensor(gpu, new Float32Array(length));
    fill(x, i);
    const found = x.readFloats();
    assertEquals([found.length, found[0], found[length - 1]], [length, i, i]);
  }
});

Deno.test("the asynchronous way reads the same", async () => {
  using gpu = await openGpu();
  const data = Float32Array.from({ length: 3000 }, (_, i) => i / 7);
  using x = tensor(gpu, data);
  const readback = new Readback(gpu.device);
  for (const [offset, bytes] of [[0, 12000], [400, 4], [8000, 4000], [0, 12000]]) {
    const expected = data.slice(offset / 4, (offset + bytes) / 4);
    assertEquals(new Float32Array(readback.read(x.buffer.handle, offset, bytes)), expected);
    assertEquals(new Float32Array(await readback.readAsync(x.buffer.handle, offset, bytes)), expected);
  }
  readback.destroy();
});

Deno.test("large contents come in pieces through a small buffer", async () => {
  using gpu = await openGpu();
  const data = Float32Array.from({ length: 5000 }, (_, i) => i / 7);
  using x = tensor(gpu, data);
  const meter = new MemoryMeter();
  const readback = new Readback(gpu.device, meter, 8192);
  for (const [offset, bytes] of [[0, 20000], [4, 8192], [400, 16384], [16, 8196]]) {
    const expected = data.slice(offset / 4, (offset + bytes) / 4);
    assertEquals(new Float32Array(readback.read(x.buffer.handle, offset, bytes)), expected);
  }
  assertEquals([meter.staging, meter.peak], [8192, 8192]);
  readback.destroy();
  assertEquals(meter.bytes, 0);
});

Deno.test("what was read does not change when the tensor does", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array([1, 2]));
  const before = x.readFloats();
  fill(x, 9);
  assertEquals([[...before], [...x.readFloats()]], [[1, 2], [9, 9]]);
});
