import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { describeAdapter, isSoftwareAdapter, NoAdapterError } from "../../lib/gpu/adapter.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { fill } from "../../lib/kernels/elementwise.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";
import { gorp } from "../cli/gorp.ts";

/** Lets the device report what it refused. */
const breathe = () => new Promise((resolve) => setTimeout(resolve, 5));

Deno.test("the device says what it is, and a GPU is not a software adapter", async () => {
  using gpu = await openGpu();
  assert(gpu.name.length > 0);
  assertEquals(gpu.software, isSoftwareAdapter(gpu.info));
  if (gpu.software) {
    using software = await openGpu({ device: "software" });
    assertEquals(software.name, gpu.name);
    const error = await assertRejects(() => openGpu({ device: "gpu" }), NoAdapterError, "software one");
    assert(error.message.includes("--device software"));
  } else {
    using hardware = await openGpu({ device: "gpu" });
    assert(!hardware.software);
  }
});

Deno.test({
  name: "without any adapter one sentence says what to do, exit code 3",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    // Drivers that do not exist are none; OpenGL would be the second choice.
    const none = { VK_DRIVER_FILES: "/none", VK_ICD_FILENAMES: "/none", DENO_WEBGPU_BACKEND: "vulkan" };
    for (const words of [["run", "--quick"], ["doctor"]]) {
      const { code, stdout, stderr } = await gorp(words, none);
      assertEquals(code, 3);
      const text = stdout + stderr;
      assertEquals(text.match(/No WebGPU adapter was found: install .+ and start again/g)?.length, 1, text);
    }
  },
});

Deno.test("adapters are told apart by their names", () => {
  const named = (parts: object) =>
    ({
      vendor: "",
      architecture: "",
      device: "",
      description: "",
      isFallbackAdapter: false,
      ...parts,
    }) as GPUAdapterInfo;
  for (
    const description of [
      "llvmpipe (LLVM 15.0.6, 256 bits)",
      "SwiftShader Device",
      "Microsoft Basic Render Driver",
    ]
  ) {
    assert(isSoftwareAdapter(named({ description })), description);
  }
  assert(isSoftwareAdapter(named({ isFallbackAdapter: true })));
  assert(!isSoftwareAdapter(named({ vendor: "nvidia", description: "NVIDIA H200" })));
  assertEquals(describeAdapter(named({ vendor: "intel" })), "intel");
  assertEquals(describeAdapter(named({})), "unknown adapter");
});

Deno.test("a lost device is reported, not read from", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array([1, 2]));
  gpu.device.destroy();
  await breathe();
  assertThrows(() => gpu.checkAlive(), Error, `The WebGPU device "${gpu.name}" failed: `);
  assertThrows(() => x.readFloats(), Error, "failed: ");
});

Deno.test("what the device refuses is reported at the next reading", async () => {
  using gpu = await openGpu();
  using x = zeros(gpu, [4]);
  gpu.dispatch({ name: "broken", code: "@compute @workgroup_size(1) fn main() { nonsense }" }, [], {
    grid: [1],
  });
  await breathe();
  assertThrows(() => x.readFloats(), Error, "failed: ");
});

Deno.test("launches of no workgroups do nothing", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array([1, 2]));
  fill(x.view([0]), 9);
  gpu.flush();
  assertEquals([...x.readFloats()], [1, 2]);
});

Deno.test("a profile counts the launches of each kernel", async () => {
  using gpu = await openGpu();
  using x = zeros(gpu, [1000]);
  if (!gpu.device.features.has("timestamp-query")) {
    assertThrows(() => gpu.startProfiling(), Error, "timestamp-query");
    console.log("skipped: profiling, as this adapter has no timestamps");
    return;
  }
  fill(x, 1);
  const profiler = gpu.startProfiling();
  for (let i = 0; i < 3; i++) fill(x, i);
  gpu.stopProfiling();
  fill(x, 4);
  assertEquals(x.readFloats()[999], 4);
  const [line, ...rest] = profiler.report();
  assertEquals([line.kernel.includes("fill"), line.count, rest.length], [true, 3, 0]);
  assert(line.milliseconds >= 0);
});
