/** `./gorp doctor`. @module */
import { existsSync, readdirSync, statfsSync } from "node:fs";
import { type DeviceChoice, NoAdapterError } from "../gpu/adapter.ts";
import { openGpu } from "../gpu/gpu.ts";
import type { DataAudit } from "../tasks/data_audit.ts";
import { loadTokenizer } from "../text/load_tokenizer.ts";
import { auditBenchmark, auditTable } from "./audit_table.ts";
import type { Command } from "./command.ts";
import { exitCode } from "./exit_code.ts";
import { type Machine, machineProblems } from "./machine_problems.ts";
import { measureDevice } from "./measure_device.ts";
import { memoryLines, memoryProblems, type MemoryReport, planAblation } from "./memory_report.ts";
import type { Options } from "./options.ts";
import { projectFolder } from "./project.ts";
import { writeSummary } from "./write_summary.ts";

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
    "matrix product and of a readback, and what to do about each problem. With --model, also how much memory\n" +
    "each variant would take to train that model, and which part is too large for the adapter, from its\n" +
    "config.json alone: nothing is loaded. The defaults for rows and tokens are the published ones. With\n" +
    "--data, what is wrong with the datasets of a benchmark folder; with --model beside it, prompts are\n" +
    "measured with that model's tokenizer.",
  options: [
    "model",
    "data",
    "tasks",
    "order",
    "batch",
    "length",
    "profile",
    "variants",
    "set",
    "device",
    "json",
  ],
  examples: [
    { line: "./gorp doctor", remark: "the default device" },
    { line: "./gorp doctor --device software", remark: "the software adapter, also where there is a GPU" },
    {
      line: "./gorp doctor --model DIR --batch 8 --length 64",
      remark: "what training that model would take",
    },
    { line: "./gorp doctor --data CL_Benchmark", remark: "what is wrong with the datasets of a folder" },
  ],
  async run({ options }) {
    const surroundings = describeSurroundings();
    const device = await describeDevice(options.device);
    const machine: Machine = { ...surroundings, device: device instanceof NoAdapterError ? null : device };
    const memory = options.model === undefined ? null : await reportMemory(options.model, options);
    const audit = options.data === undefined ? null : await reportAudit(options.data, options);
    const problems = [...machineProblems(machine), ...memory ? memoryProblems(memory, machine) : []];
    if (device instanceof NoAdapterError) {
      problems.unshift({ problem: "There is no device.", advice: device.message });
    }
    for (const { problem, advice } of problems) console.log(`\nProblem: ${problem}\n         ${advice}`);
    if (problems.length === 0) console.log("\nEverything needed is here.");
    writeSummary(options.json, {
      ...machine,
      ...memory ? { memory } : {},
      ...audit ? { audit } : {},
      problems,
    });
    return machine.device ? 0 : exitCode(device);
  },
};

/** What is wrong with the datasets of a folder. */
async function reportAudit(folder: string, { tasks, order, model }: Options): Promise<DataAudit[]> {
  const tokenizer = model === undefined ? undefined : await loadTokenizer(model);
  const audits = await auditBenchmark(folder, { tasks, order }, { tokenizer });
  console.log(`\n${auditTable(audits)}`);
  return audits;
}

/** Plans with the kernels and limits of the device, or of any GPU where there is none. */
async function reportMemory(folder: string, options: Options): Promise<MemoryReport> {
  const like = await openGpu({ device: options.device as DeviceChoice | undefined }).catch((error) => {
    if (error instanceof NoAdapterError) return null;
    throw error;
  });
  using _opened = like;
  const report = planAblation(folder, options, like);
  console.log("\n" + memoryLines(report).join("\n"));
  return report;
}

function describeSurroundings() {
  const denoVersion = Deno.version.deno;
  print("Deno", `${denoVersion} (${Deno.execPath()})`);
  const { total, available: freeMemory } = Deno.systemMemoryInfo();
  const { os, arch } = Deno.build;
  const memory = `${gib(freeMemory)} of ${gib(total)} memory free`;
  print("system", `${os} ${arch}, ${navigator.hardwareConcurrency} cores, ${memory}`);
  const { bavail, bsize } = statfsSync(projectFolder);
  print("disk", `${gib(bavail * bsize)} free`);
  return { denoVersion, freeMemory, freeDisk: bavail * bsize, showsGpu: showsGpu() };
}

async function describeDevice(
  choice: Options["device"],
): Promise<NonNullable<Machine["device"]> | NoAdapterError> {
  try {
    using gpu = await openGpu({ device: choice as DeviceChoice | undefined });
    const { device, software, name } = gpu;
    print("adapter", `${name}${software ? " (software: computes on the processor)" : ""}`);
    const limits = Object.fromEntries(LIMITS.map((limit) => [limit, device.limits[limit]]));
    for (const limit of LIMITS) print(`  ${limit}`, limits[limit].toLocaleString("en"));
    const features = [...device.features];
    print("  features", features.join(", ") || "none");
    const speed = measureDevice(gpu);
    print("matrix product", `${speed.matmulGflops.toPrecision(3)} GFLOP/s (${speed.matmulSize}³)`);
    print("readback", `${speed.readbackMilliseconds.toPrecision(2)} ms`);
    return { name, software, limits, features, speed };
  } catch (error) {
    if (!(error instanceof NoAdapterError)) throw error;
    print("adapter", "none");
    return error;
  }
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
