/** `./gorp doctor`. @module */
import { existsSync, readdirSync, statfsSync } from "node:fs";
import { NoAdapterError } from "../gpu/adapter.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import type { Command } from "./command.ts";
import { type Machine, machineProblems } from "./machine_problems.ts";
import { measureDevice } from "./measure_device.ts";
import { projectFolder } from "./project.ts";
import { writeJson } from "./write_json.ts";

/** The limits that decide what fits, in WebGPU's names. */
const LIMITS = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** Says what the machine offers and measures the device; exit code 3 when there is none. */
export const doctorCommand: Command = {
  name: "doctor",
  summary: "says what this machine offers, and what to do about each problem",
  description:
    "Shows Deno, the system, the WebGPU adapter with its limits and features, the measured speed of a\n" +
    "matrix product and of a readback, and what to do about each problem.",
  options: ["device", "json"],
  examples: [
    { line: "./gorp doctor", remark: "the default device" },
    { line: "./gorp doctor --device software", remark: "the software adapter, also where there is a GPU" },
  ],
  async run({ options }) {
    print("Deno", `${Deno.version.deno} (${Deno.execPath()})`);
    const { total, available } = Deno.systemMemoryInfo();
    const cores = navigator.hardwareConcurrency;
    print(
      "system",
      `${Deno.build.os} ${Deno.build.arch}, ${cores} cores, ${gib(available)} of ${gib(total)} free`,
    );
    const disk = statfsSync(projectFolder);
    const freeDisk = disk.bavail * disk.bsize;
    print("disk", `${gib(freeDisk)} free`);
    const surroundings = {
      denoVersion: Deno.version.deno,
      freeMemory: available,
      freeDisk,
      showsGpu: showsGpu(),
    };
    let device: Machine["device"];
    try {
      using gpu = await openGpu({ device: options.device as "gpu" | "software" | undefined });
      device = describe(gpu);
    } catch (error) {
      if (!(error instanceof NoAdapterError)) throw error;
      print("adapter", "none");
      if (options.json) {
        await writeJson(options.json, { ...surroundings, device: null, problems: [error.message] });
      }
      throw error;
    }
    const machine: Machine = { ...surroundings, device };
    const problems = machineProblems(machine);
    for (const { problem, advice } of problems) console.log(`\nProblem: ${problem}\n         ${advice}`);
    if (problems.length === 0) console.log("\nEverything needed is here.");
    if (options.json) await writeJson(options.json, { ...machine, problems });
  },
};

function describe(gpu: Gpu) {
  const { device, software, name } = gpu;
  print("adapter", `${name}${software ? " (software: computes on the processor)" : ""}`);
  const limits = Object.fromEntries(LIMITS.map((limit) => [limit, device.limits[limit]]));
  for (const limit of LIMITS) print(`  ${limit}`, limits[limit].toLocaleString("en"));
  const features = [...device.features];
  print("  features", features.join(", "));
  const speed = measureDevice(gpu);
  print("matrix product", `${speed.matmulGflops.toPrecision(3)} GFLOP/s (${speed.matmulSize}³)`);
  print("readback", `${speed.readbackMilliseconds.toPrecision(2)} ms`);
  return { name, software, limits, features, speed };
}

/** Whether Linux shows a device file of a GPU; elsewhere WebGPU itself is the only witness. */
function showsGpu(): boolean {
  if (existsSync("/dev/nvidia0") || existsSync("/dev/dxg")) return true;
  return existsSync("/dev/dri") && readdirSync("/dev/dri").some((name) => name.startsWith("renderD"));
}

function print(name: string, value: string): void {
  console.log(`${name.padEnd(36)}${value}`);
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
