import { assert, assertEquals, assertThrows } from "@std/assert";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { addScaled, fill } from "../../lib/kernels/elementwise.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { copyInto, type Tensor, tensor, zeros } from "../../lib/tensor/tensor.ts";

/** A little computation with intermediate results, in place on `state`. */
function advance(x: Tensor, weight: Tensor, state: Tensor): Tensor {
  return scope(x.gpu, () => {
    const hidden = linear(x, weight);
    const y = linear(hidden, weight, { residual: x, alpha: 0.5 });
    addScaled(y, state, { keep: 0.9, scale: 0.1 });
    return y;
  });
}

function operands(gpu: Gpu, width = 12) {
  const random = new Random(1);
  return {
    x: tensor(gpu, random.normalArray(3 * width), [3, width]),
    weight: tensor(gpu, random.normalArray(width * width, 0.3), [width, width]),
    state: zeros(gpu, [3, width]),
  };
}

Deno.test("a replay computes what running the function computes, on the contents of that moment", async () => {
  using gpu = await openGpu();
  for (const width of [12, 7]) {
    const eager = operands(gpu, width);
    const replayed = operands(gpu, width);
    using step = recorded(gpu, () => advance(replayed.x, replayed.weight, replayed.state));
    assertEquals(replayed.state.readFloats(), new Float32Array(3 * width)); // recording does not run it
    const random = new Random(2);
    for (let i = 0; i < 5; i++) {
      const input = random.normalArray(3 * width);
      eager.x.write(input);
      replayed.x.write(input);
      using expected = advance(eager.x, eager.weight, eager.state);
      assertEquals(step.replay().readFloats(), expected.readFloats());
      assertEquals(replayed.state.readFloats(), eager.state.readFloats());
    }
  }
});

Deno.test("compiling stops once for each new kernel, and replays are what they are without it", async () => {
  using gpu = await openGpu();
  const { x, weight } = operands(gpu);
  const body = () => linear(linear(x, weight), weight, { residual: x, alpha: 0.5 });
  using step = recorded(gpu, body);
  const kernels = new Set(step.commands.flatMap((one) => one.kind === "dispatch" ? [one.pipeline] : []));
  assertEquals([...step.compile()].length, kernels.size);
  using again = recorded(gpu, body);
  assertEquals([...step.compile(), ...again.compile()].length, 0);
  using expected = scope(gpu, body);
  assertEquals(again.replay().readFloats(), expected.readFloats());
  assertEquals(step.replay().readFloats(), expected.readFloats());
});

Deno.test("many replays give the same result each time, and nothing grows", async () => {
  using gpu = await openGpu();
  const { x, weight, state } = operands(gpu);
  using step = recorded(gpu, () => {
    fill(state, 1);
    return advance(x, weight, state);
  });
  const first = step.replay().readFloats();
  const [live, bytes, own] = [gpu.liveBuffers, gpu.bytes, step.bytes];
  for (let i = 0; i < 300; i++) {
    step.replay();
    if (i % 50 === 0) gpu.flush();
  }
  assertEquals(step.result.readFloats(), first);
  assertEquals([gpu.liveBuffers, gpu.bytes, step.bytes], [live, bytes, own]);
});

Deno.test("replays queued before a recording is disposed still run", async () => {
  using gpu = await openGpu();
  const { x, weight, state } = operands(gpu);
  const expected = zeros(gpu, [3, 12]);
  for (let i = 0; i < 3; i++) scope(gpu, () => advance(x, weight, expected));
  const copy = zeros(gpu, [3, 12]);
  {
    using step = recorded(gpu, () => advance(x, weight, state));
    for (let i = 0; i < 3; i++) step.replay();
    copyInto(step.result, copy);
  }
  assertEquals(state.readFloats(), expected.readFloats());
  using y = advance(x, weight, state);
  assertEquals(copy.readFloats(), y.readFloats());
});

Deno.test("a disposed recording and its tensors are refused", async () => {
  using gpu = await openGpu();
  const { x, weight, state } = operands(gpu);
  const step = recorded(gpu, () => advance(x, weight, state));
  step.replay();
  step[Symbol.dispose]();
  step[Symbol.dispose]();
  assertThrows(() => step.replay(), Error, "after it was disposed");
  assertThrows(() => step.result.readFloats(), Error, "disposed");
  assertThrows(() => addScaled(step.result, x), Error, "disposed");
  assertThrows(() => copyInto(step.result, x), Error, "disposed");
  assertThrows(() => step.result.write(new Float32Array(36)), Error, "disposed");
  assert(x.readFloats().every(Number.isFinite));
});

Deno.test("a recording's tensors are its own", async () => {
  using gpu = await openGpu();
  const { x, weight, state } = operands(gpu);
  const before = gpu.liveBuffers;
  using step = recorded(gpu, () => advance(x, weight, state));
  assertEquals(gpu.liveBuffers, before);
  assert(step.bytes > 0 && step.dispatches > 0 && step.dispatches <= step.commands.length);
  assertThrows(() => step.result.dispose(), Error, "a pool it is not from");
  assertThrows(() => recorded(gpu, () => x.dispose()), Error, "a pool it is not from");
  assertEquals(x.readFloats().length, 36);
});

Deno.test("what replays could not repeat is refused while recording, and leaves the device usable", async () => {
  using gpu = await openGpu();
  const { x } = operands(gpu);
  assertThrows(
    () => recorded(gpu, () => x.write(new Float32Array(36))),
    Error,
    "Writing data inside a recording",
  );
  assertThrows(() => recorded(gpu, () => x.readFloats()), Error, "Reading back inside a recording");
  assertThrows(() => recorded(gpu, () => recorded(gpu, () => {})), Error, "inside another one");
  using empty = recorded(gpu, () => "nothing");
  assertThrows(() => recorded(gpu, () => empty.replay()), Error, "inside another one");
  assertEquals([empty.replay(), empty.dispatches, empty.bytes], ["nothing", 0, 0]);
  assertEquals(x.readFloats().length, 36);
});

Deno.test("two recordings work on the same tensors in turn", async () => {
  using gpu = await openGpu();
  const { x, weight, state } = operands(gpu);
  const other = operands(gpu);
  using first = recorded(gpu, () => advance(x, weight, state));
  using second = recorded(gpu, () => {
    const y = linear(state, weight);
    copyInto(y, x);
    fill(state.view([2, 12]), 0.25);
    return y;
  });
  for (let i = 0; i < 3; i++) {
    first.replay();
    second.replay();
    scope(gpu, () => {
      advance(other.x, other.weight, other.state);
      const y = linear(other.state, other.weight);
      copyInto(y, other.x);
      fill(other.state.view([2, 12]), 0.25);
    });
    assertEquals(x.readFloats(), other.x.readFloats());
    assertEquals(state.readFloats(), other.state.readFloats());
  }
});

Deno.test("a function in a recording runs between its commands at every replay, and may write", async () => {
  using gpu = await openGpu();
  using x = zeros(gpu, [3]);
  using one = zeros(gpu, [3]);
  one.write(new Float32Array([1, 2, 3]));
  const seen: number[][] = [];
  using step = recorded(gpu, () => {
    addScaled(one, x);
    gpu.call(() => {
      seen.push([...x.readFloats()]);
      if (seen.length === 2) x.write(new Float32Array([10, 10, 10]));
    });
    addScaled(one, x);
  });
  assertEquals(seen, []);
  for (let i = 0; i < 3; i++) step.replay();
  assertEquals(seen, [[1, 2, 3], [3, 6, 9], [12, 14, 16]]);
  assertEquals([...x.readFloats()], [13, 16, 19]);
});
