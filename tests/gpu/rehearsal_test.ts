import { assert, assertEquals, assertThrows } from "@std/assert";
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { TrainStep } from "../../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { rehearsalGpu } from "../../lib/gpu/rehearsal.ts";
import { adam } from "../../lib/optim/adam.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { zeros } from "../../lib/tensor/tensor.ts";
import { tinyT5 } from "../models/tiny_t5.ts";

const EXTENTS = { size: 4, sourceLength: 9, targetLength: 3 };

/** What recording a training step allocates. */
function allocated(gpu: Gpu) {
  using model = tinyT5(gpu, 1, { width: 64, encoderLayers: 2 });
  using adapted = new AdaptedModel(model, gorp());
  adapted.startTask(new Random(1));
  using step = new TrainStep(adapted, EXTENTS, { steps: 1, adam: adam().options });
  const { buffers, mirrors, largestBuffer } = gpu.memory;
  return { buffers, mirrors, largestBuffer, dispatches: step.dispatches, live: gpu.liveBuffers };
}

Deno.test("a rehearsal records and allocates what the device would", async () => {
  using real = await openGpu();
  using rehearsal = rehearsalGpu(real);
  assertEquals(allocated(rehearsal), allocated(real));
  assertEquals(rehearsal.liveBuffers, 0);
});

Deno.test("a rehearsal takes what no device could hold, and reads zeros", () => {
  using gpu = rehearsalGpu();
  scope(gpu, () => {
    const huge = zeros(gpu, [2 ** 20, 2 ** 20]);
    assertEquals([...huge.view([3], 5).readFloats()], [0, 0, 0]);
    assert(gpu.memory.buffers >= 2 ** 42 && gpu.memory.largestBuffer >= 2 ** 42);
  });
  assertEquals([gpu.liveBuffers, gpu.software, gpu.memory.mirrors], [0, false, 0]);
  assertThrows(() => gpu.startProfiling(), Error);
});

Deno.test("the peak is the most there was, and can be started over", async () => {
  using gpu = await openGpu();
  using kept = zeros(gpu, [1000]);
  const one = gpu.memory.bytes;
  scope(gpu, () => zeros(gpu, [100_000]).readFloats());
  const { peak } = gpu.memory;
  assert(peak >= one + 400_000 && gpu.memory.bytes <= peak);
  gpu.memory.resetPeak();
  assertEquals(gpu.memory.peak, gpu.memory.bytes);
  assertEquals(kept.readFloats().length, 1000);
});
