/** What training a model would take, for `./gorp doctor --model DIR`. @module */
import { type AblationChoice, ablationMethods } from "../continual/ablation.ts";
import {
  MEMORY_PARTS,
  type MemoryPart,
  type MemoryPlan,
  type MemoryQuestion,
  planMemory,
  PROCESS_BYTES,
} from "../continual/memory_plan.ts";
import type { Method } from "../continual/method.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { rehearsalGpu } from "../gpu/rehearsal.ts";
import { emptyModel } from "../models/load_model.ts";
import type { LoadOptions } from "../models/packed_weights.ts";
import type { Machine, Problem } from "./machine_problems.ts";
import type { Options } from "./options.ts";
import { splitSettings } from "./split_settings.ts";

/** Rows a step and tokens a row of the published runs. */
const PUBLISHED = { batch: 8, length: 512, answer: 50 };

/** The plan of one method, in bytes; all but `asAsked` on the device. */
export interface MethodMemory {
  readonly label: string;
  /** With the settings as given. */
  readonly asAsked: MemoryPlan;
  readonly recomputed: number;
  /** With the base model's weights packed in float16; of one replica. */
  readonly halfWeights: number;
  readonly recomputedHalfWeights: number;
  /** One row and one gradient at a time, layers computed again, weights packed in float16; of one replica. */
  readonly smallest: number;
}

/** The plans of an ablation's methods. */
export interface MemoryReport {
  readonly model: string;
  readonly rows: number;
  readonly sourceLength: number;
  readonly targetLength: number;
  readonly processBytes: number;
  /** How many devices there are of what the plans name. */
  readonly replicas: number;
  readonly methods: readonly MethodMemory[];
}

/**
 * Plans the memory of every method of an ablation from the model's `config.json` alone.
 *
 * @param like the device that would be used; null where there is none
 * @throws {Error} one sentence when the folder's `config.json` is missing or of another model
 */
export function planAblation(
  folder: string,
  options: Pick<Options, "batch" | "length" | "profile" | "variants" | "set">,
  like: Gpu | null,
): MemoryReport {
  const { method: settings, training: given, amounts } = splitSettings(options.set);
  const batchSize = options.batch ?? given.batchSize ?? PUBLISHED.batch;
  const training = { testBatch: batchSize, ...given, batchSize };
  const { replicas = 1 } = given;
  const lengths = { sourceLength: options.length ?? PUBLISHED.length, targetLength: PUBLISHED.answer };
  const variants = options.variants as AblationChoice["variants"];
  const profile = options.profile as AblationChoice["profile"];
  const methods = ablationMethods({ variants, profile, options: settings });
  const plan = (
    method: Method,
    changes: Partial<MemoryQuestion["training"]> = {},
    load: LoadOptions = { weights: amounts.weights },
  ) => {
    using gpu = rehearsalGpu(like ?? undefined);
    using model = emptyModel(gpu, folder, load);
    return planMemory(model, { method, training: { ...training, ...changes }, lengths });
  };
  return {
    ...{ model: folder, rows: batchSize, ...lengths, processBytes: PROCESS_BYTES, replicas },
    methods: methods.map((method) => {
      const half = { weights: "f16" } as const;
      const rowByRow = { recompute: true, microBatches: batchSize / replicas, testBatch: 1 };
      const oneByOne = replicas === 1 ? { layerwise: true } : {}; // replicas add up all gradients
      return {
        ...{
          label: method.label,
          asAsked: plan(method),
          recomputed: plan(method, { recompute: true }).bytes,
        },
        halfWeights: plan(method, {}, half).bytes,
        recomputedHalfWeights: plan(method, { recompute: true }, half).bytes,
        smallest: plan(method, { ...rowByRow, ...oneByOne }, half).bytes,
      };
    }),
  };
}

/** The report as lines of text. */
export function memoryLines(report: MemoryReport): string[] {
  const { methods, rows, sourceLength, targetLength, replicas } = report;
  const widths = methods.map(({ label }) => Math.max(10, label.length + 2));
  const line = (name: string, values: readonly string[]) =>
    name.padEnd(36) + values.map((value, i) => value.padStart(widths[i])).join("");
  const bytes = (name: string, of: (method: MethodMemory) => number) =>
    line(name, methods.map((method) => megabytes(of(method))));
  const parts = MEMORY_PARTS.filter((part) => methods.some(({ asAsked }) => asAsked.parts[part] > 0));
  return [
    line(
      `memory in MB, ${rows} × (${sourceLength} + ${targetLength}) tokens`,
      methods.map(({ label }) => label),
    ),
    ...parts.map((part) => bytes(`  ${part}`, ({ asAsked }) => asAsked.parts[part])),
    bytes("on the device", ({ asAsked }) => asAsked.bytes),
    ...replicas > 1 ? [bytes(`  of ${replicas} replicas`, ({ asAsked }) => replicas * asAsked.bytes)] : [],
    bytes("  recompute=true", ({ recomputed }) => recomputed),
    bytes("  weights in float16", ({ halfWeights }) => halfWeights),
    bytes("  both", ({ recomputedHalfWeights }) => recomputedHalfWeights),
    bytes("  both, row by row, layerwise", ({ smallest }) => smallest),
    bytes("  largest buffer", ({ asAsked }) => asAsked.largestBuffer),
    bytes("  most reached at once", ({ asAsked }) => asAsked.pieces[0].binding),
    `the process beside it${megabytes(report.processBytes).padStart(25)}`,
  ];
}

/** What does not fit, and what to do about it. */
export function memoryProblems(report: MemoryReport, { device, freeMemory }: Machine): Problem[] {
  const largest = report.methods.reduce((a, b) => b.asAsked.bytes > a.asAsked.bytes ? b : a);
  const { label, asAsked, smallest } = largest;
  const needed = report.replicas * asAsked.bytes + report.processBytes;
  const problems = device ? pieceProblems(largest, device.limits) : [];
  if (device?.software && needed > freeMemory) {
    problems.push({
      problem: `${label} needs ${gigabytes(needed)} of memory; ${gigabytes(freeMemory)} are free.`,
      advice:
        `Train ${
          report.replicas > 1 ? "without replicas, " : ""
        }with --set weights=f16, --set recompute=true, --set microBatches=N, ` +
        "fewer rows or tokens (--batch, --length); " +
        `the smallest form needs ${gigabytes(smallest + report.processBytes)}.`,
    });
  }
  return problems;
}

/** The parts of which the device cannot hold or reach the largest piece. */
function pieceProblems(
  { label, asAsked }: MethodMemory,
  { maxBufferSize, maxStorageBufferBindingSize }: Readonly<Record<string, number>>,
): Problem[] {
  const tooLarge = asAsked.pieces.filter(({ binding, buffer }) =>
    binding > maxStorageBufferBindingSize || buffer > maxBufferSize
  );
  return tooLarge.map(({ part, names, binding, buffer }) => {
    const [what, needed, allowed] = buffer > maxBufferSize
      ? ["in one buffer", buffer, maxBufferSize]
      : ["at once", binding, maxStorageBufferBindingSize];
    const kind = part === "trained" ? "weights under training" : part;
    const where = names.length > 0 ? `${kind} (${names.join(", ")})` : kind;
    return {
      problem: `${label} needs ${gigabytes(needed)} of ${where} ${what}; this adapter allows ${
        gigabytes(allowed)
      }.`,
      advice: ADVICE[part] ?? "Choose another adapter.",
    };
  });
}

/** What makes the pieces of a part smaller. */
const ADVICE: Readonly<Partial<Record<MemoryPart, string>>> = {
  weights: "Keep the weights in float16 (--set weights=f16), which halves it, or choose another adapter.",
  trained: "Train other modules at full rank (--set fullRankTargets=…), or choose another adapter.",
  activations: "Choose --set microBatches=N, fewer rows or tokens (--batch, --length), or another adapter.",
  testing: "Choose --set testBatch=N below the present one, or another adapter.",
};

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toPrecision(3)} GB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
}
