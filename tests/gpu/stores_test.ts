import { assert, assertEquals, assertThrows } from "@std/assert";
import { BufferPool } from "../../lib/gpu/buffer_pool.ts";
import { MIRROR_ROW_BYTES } from "../../lib/gpu/mirrors.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { float, packUniform, UniformStore } from "../../lib/gpu/uniform_store.ts";

Deno.test("the pool hands out a released buffer of the same size class again", async () => {
  using gpu = await openGpu();
  const destroyed: number[] = [];
  const pool = new BufferPool(gpu.device, (buffer) => destroyed.push(buffer.id));
  const [a, b] = [pool.acquire(1000), pool.acquire(1000)];
  assert(a.id !== b.id && a.size >= 1000);
  pool.release(a);
  assertEquals(pool.acquire(900).id, a.id);
  assert(pool.acquire(1_000_000).size < 1_120_000);
  assertEquals(pool.live, 3);
  assertEquals(pool.bytes, 0, "nothing is allocated before it is used");
  assertEquals([a.handle.size, a.handle], [a.size, a.handle]);
  pool.release(b);
  assertEquals([pool.bytes, pool.owns(b), pool.owns(a)], [a.size, false, true]);
  assertThrows(() => pool.release(b), Error, "released twice");
  pool.destroy();
  assertEquals([pool.live, pool.bytes, destroyed.length], [0, 0, 3]);
  assertThrows(() => b.handle, Error, "used after");
});

Deno.test("sizes that textures mirror are whole rows", async () => {
  using gpu = await openGpu();
  const pool = new BufferPool(gpu.device);
  for (const bytes of [1, 256, 257, 5000, 32_768, 32_769, 65_536, 65_537, 100_000, 1_000_003, 9_999_999]) {
    const { size } = pool.acquire(bytes);
    assert(size >= bytes && size <= Math.max(256, 2 * bytes), `${size} for ${bytes}`);
    assert(size % Math.min(size, MIRROR_ROW_BYTES) === 0, `${size} for ${bytes}`);
  }
  pool.destroy();
});

Deno.test("equal uniform blocks share a slot, others do not overlap", async () => {
  using gpu = await openGpu();
  const store = new UniformStore(gpu.device);
  const slots = Array.from({ length: 1000 }, (_, i) => store.get(packUniform([i, float(0.5)])));
  assert(store.get(packUniform([7, float(0.5)])) === slots[7]);
  assert(store.get(packUniform([7, float(0.25)])) !== slots[7]);
  const alignment = gpu.device.limits.minUniformBufferOffsetAlignment;
  const buffers = [...new Set(slots.map(({ buffer }) => buffer))];
  const places = new Set(slots.map(({ buffer, offset }) => `${buffers.indexOf(buffer)}/${offset}`));
  assertEquals(places.size, 1000);
  assert(slots.every(({ offset, size }) => offset % alignment === 0 && size === 16));
  store.destroy();
});

Deno.test("uniform values are packed as the shader reads them", () => {
  const words = packUniform([1, -1, float(1.5), 2 ** 32 - 1, 3]);
  assertEquals(words.length, 8);
  assertEquals([...words.subarray(0, 5)], [1, 2 ** 32 - 1, 0x3fc00000, 2 ** 32 - 1, 3]);
});
