/** The attention kernels' source, specialized for heads of a width. @module */
import type { Kernel } from "../gpu/kernel.ts";
import type { Gpu } from "../gpu/gpu.ts";
import biasCode from "./attention_bias_gradient.wgsl" with { type: "text" };
import forwardCode from "./attention_forward.wgsl" with { type: "text" };
import keyCode from "./attention_key_gradient.wgsl" with { type: "text" };
import gradientsCode from "./attention_gradients.wgsl" with { type: "text" };
import queryCode from "./attention_query_gradient.wgsl" with { type: "text" };
import scoresCode from "./attention_scores.wgsl" with { type: "text" };
import scalar from "./lane_scalar.wgsl" with { type: "text" };
import vector from "./lane_vector.wgsl" with { type: "text" };
import { unrolledSource } from "./unrolled_source.ts";

const CODE = {
  forward: forwardCode,
  query: queryCode,
  key: keyCode,
  bias: biasCode,
  gradients: gradientsCode,
};

/** What a kernel is specialized for: loops over known counts keep their sums in registers. */
export interface AttentionForm {
  readonly part: keyof typeof CODE;
  readonly vector: boolean;
  /** Lanes of a head. */
  readonly head: number;
  readonly biased: boolean;
  readonly masked: boolean;
  readonly causal: boolean;
  /** Queries or keys of a thread. */
  readonly tile: number;
  /** Whether the gradient is added to a previous one (part `bias`). */
  readonly added?: boolean;
  /** Whether the gradients of keys and values lie in one tensor (part `key`). */
  readonly packed?: boolean;
  /** How the threads of a subgroup share heads (part `gradients`). */
  readonly share?: HeadShare;
}

/** Where the keys of a head are spread over threads of one subgroup. */
export interface HeadShare {
  /** Threads of a subgroup. */
  readonly lanes: number;
  /** Threads for one head: a power of two. */
  readonly threads: number;
  /** Which of the launch's outputs receive the gradients of q, k and v: some may lie in one tensor. */
  readonly outputs: readonly [number, number, number];
}

/** Queries or keys of a thread on the software adapter, by part: larger tiles take long to compile. */
const MOST_ROWS = { forward: 10, query: 5, key: 5, bias: 1, gradients: 5 };
/** The same for heads of more than four lanes. */
const MOST_WIDE_ROWS = 2;

/**
 * Queries or keys of a thread, of `rows` there are: equal numbers for all threads. On the software adapter what costs
 * is loading the other side's rows, once for each tile; a GPU wants many threads.
 */
export function tileFor(
  part: AttentionForm["part"],
  rows: number,
  options: { readonly head: number; readonly software: boolean },
): number {
  if (!options.software) return 1;
  const most = options.head <= 4 ? MOST_ROWS[part] : MOST_WIDE_ROWS;
  return Math.ceil(rows / Math.ceil(rows / most));
}

/** How many threads of a subgroup it takes to hold all keys of a head; null where they do not fit into one. */
export function threadsOfHead(
  keys: number,
  head: number,
  { software, subgroupSize }: Gpu,
): { readonly threads: number; readonly tile: number } | null {
  const tile = tileFor("gradients", keys, { head, software });
  const threads = 2 ** Math.ceil(Math.log2(keys / tile));
  const fits = software && [4, 8, 16].includes(subgroupSize) && threads <= subgroupSize;
  return fits ? { threads, tile: Math.ceil(keys / threads) } : null;
}

const kernels = new Map<string, Kernel>();

/** The kernel of a form: always the same object, since pipelines are cached by it. */
export function attentionKernel(form: AttentionForm): Kernel {
  const key = JSON.stringify(form);
  let kernel = kernels.get(key);
  if (!kernel) kernels.set(key, kernel = { name: `attention ${form.part}`, code: sourceOf(form) });
  return kernel;
}

function sourceOf(form: AttentionForm): string {
  const flags = {
    ...{ BIASED: form.biased, MASKED: form.masked, CAUSAL: form.causal },
    ...{ ADDED: form.added ?? false, PACKED: form.packed ?? false },
  };
  const declared = Object.entries(flags).map(([name, value]) => `const ${name} = ${value};\n`);
  const { part, share, vector: isVector, head, tile } = form;
  const code = declared.join("") + (isVector ? vector : scalar) + scoresCode + CODE[part];
  if (!share) return unrolledSource(code, { HEAD: head, TILE: tile });
  const { lanes, threads, outputs } = share;
  const counts = { HEAD: head, TILE: tile, LANES: lanes, SHARE: threads, STEPS: Math.log2(threads) };
  return outputDeclarations(outputs) + unrolledSource(code, counts).replace(
    /\bd([qkv])\[/g,
    (_, which) => `output${outputs["qkv".indexOf(which)]}[`,
  );
}

/** What follows the operands 0 to 6 of part `gradients`. */
function outputDeclarations(outputs: readonly number[]): string {
  const count = Math.max(...outputs) + 1;
  const declared = Array.from(
    { length: count },
    (_, i) => `@group(0) @binding(${7 + i}) var<storage, read_write> output${i}: array<Lane>;\n`,
  );
  return declared.join("") + `@group(0) @binding(${7 + count}) var<uniform> sizes: Sizes;\n`;
}
