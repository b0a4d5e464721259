/** What may be wrong with a machine, and what to do about it. @module */
import type { DeviceSpeed } from "./measure_device.ts";

/** What `./gorp doctor` knows about the machine when it looks for problems. */
export interface Machine {
  readonly denoVersion: string;
  readonly freeMemory: number;
  readonly freeDisk: number;
  /** Whether the system shows a GPU, whatever WebGPU finds. */
  readonly showsGpu: boolean;
  /** Null when there is no adapter. */
  readonly device: {
    readonly name: string;
    readonly software: boolean;
    readonly features: readonly string[];
    readonly limits: Readonly<Record<string, number>>;
    readonly speed: DeviceSpeed;
  } | null;
}

/** A problem in one sentence, and what to do about it in another. */
export interface Problem {
  readonly problem: string;
  readonly advice: string;
}

interface Rule extends Problem {
  applies(machine: Machine): boolean;
}

const GIB = 2 ** 30;

/** One rule a row; the texts are what the user reads. */
const RULES: readonly Rule[] = [
  {
    applies: ({ denoVersion }) => !/^2\.(9|\d\d)\.|^[3-9]\./.test(denoVersion),
    problem: "Deno is older than 2.9.",
    advice: "Run `deno upgrade`, or take it off PATH: ./gorp then fetches its own.",
  },
  {
    applies: ({ freeMemory }) => freeMemory < GIB,
    problem: "Less than 1 GiB of memory is free.",
    advice: "Close other programs, or expect runs to be slow or to be killed.",
  },
  {
    applies: ({ freeDisk }) => freeDisk < GIB,
    problem: "Less than 1 GiB of disk is free where the project lies.",
    advice: "Make room: results and packages need a few hundred MiB.",
  },
  {
    applies: ({ device, showsGpu }) => device?.software === true && showsGpu,
    problem: "There is a GPU, but WebGPU finds only the software adapter.",
    advice:
      "Install the GPU's Vulkan driver (NVIDIA: the driver's Vulkan or GL package; in a container, start it " +
      "with graphics capability).",
  },
  {
    applies: ({ device }) => device !== null && !device.features.includes("timestamp-query"),
    problem: "The adapter has no timestamp-query feature.",
    advice: "Training works; only profiling kernel by kernel does not. A newer driver may have it.",
  },
  {
    applies: ({ device }) => device !== null && device.limits.maxStorageBufferBindingSize < 128 * 2 ** 20,
    problem: "Buffers may not be larger than 128 MiB.",
    advice: "The embedded models fit; large pre-trained ones need another adapter or a newer driver.",
  },
  {
    applies: ({ device }) => device !== null && device.speed.readbackMilliseconds > 5,
    problem: "Reading one number back from the device takes more than 5 ms.",
    advice:
      "Look whether other programs keep the processor or the device busy, then run ./gorp doctor again.",
  },
  {
    applies: ({ device }) => device !== null && device.speed.matmulGflops < 5,
    problem: "Matrix products run at less than 5 GFLOP/s.",
    advice: "Look whether other programs keep the processor busy; runs take longer than the README says.",
  },
];

/** The problems a machine has, worst first as far as that can be said. */
export function machineProblems(machine: Machine): Problem[] {
  return RULES.filter((rule) => rule.applies(machine)).map(({ problem, advice }) => ({ problem, advice }));
}
