/** Checking one golden case. @module */
import { basename, dirname } from "node:path";
import type { Gpu } from "../gpu/gpu.ts";
import { CHECKERS } from "./checkers.ts";
import { type ClosestTensor, Comparison } from "./comparison.ts";
import { type GoldenCase, readGoldenCase, type Tolerance } from "./golden_case.ts";

/** What came of one case. */
export interface CaseResult {
  readonly kind: string;
  readonly name: string;
  /** `fail`: numbers differ. `error`: the case cannot be read, has an unknown kind, or the library refused it. */
  readonly status: "pass" | "fail" | "error";
  /** Largest absolute deviation; null where nothing was compared, or not a number came out. */
  readonly maxAbs: number | null;
  /** Largest deviation relative to the largest expected magnitude of its tensor. */
  readonly maxRel: number | null;
  /** The case's own; null where it cannot be read. */
  readonly tolerance: Tolerance | null;
  readonly seconds: number;
  /** What is wrong, in one sentence. */
  readonly message?: string;
}

/** A result with what only readers want to know. */
export interface VerifiedCase {
  readonly result: CaseResult;
  readonly closest: ClosestTensor | null;
}

/**
 * Checks the case in a folder with the checker of its kind. Does not throw for a case that is damaged or fails.
 *
 * @param device opens the device, once for all cases
 *
 * @example A case without tensors
 * ```ts
 * import { openGpu, verify } from "gorp";
 * const { result } = await verify.verifyCase("tests/golden/metrics/hole", () => openGpu());
 * if (result.status !== "pass") throw new Error(result.message);
 * ```
 */
export async function verifyCase(folder: string, device: () => Promise<Gpu>): Promise<VerifiedCase> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let golden: GoldenCase | undefined;
  let comparison: Comparison | undefined;
  try {
    golden = readGoldenCase(folder);
    comparison = new Comparison(golden.record.tolerance);
    const { kind } = golden.record;
    if (!Object.hasOwn(CHECKERS, kind)) {
      const known = Object.keys(CHECKERS).join(", ");
      throw new RangeError(`There is no checker for the kind "${kind}"; there are ${known}.`);
    }
    await CHECKERS[kind](golden, comparison, device);
    const { problem } = comparison;
    return resultOf(problem === null ? "pass" : "fail", problem);
  } catch (error) {
    if ((error as Error).name === "NoAdapterError") throw error;
    const text = error instanceof Error ? error.message || error.name : String(error);
    return resultOf("error", text.trim().replaceAll(/\s*\n\s*/g, " ").replace(/\.?$/, "."));
  }

  function resultOf(status: CaseResult["status"], message: string | null): VerifiedCase {
    const measured = comparison !== undefined && comparison.count > 0;
    const number = (value: number) => measured && Number.isFinite(value) ? value : null;
    const result: CaseResult = {
      kind: golden?.record.kind ?? basename(dirname(folder)),
      name: golden?.record.name ?? basename(folder),
      status,
      maxAbs: number(comparison?.maxAbs ?? NaN),
      maxRel: number(comparison?.maxRel ?? NaN),
      tolerance: golden?.record.tolerance ?? null,
      seconds: seconds(),
      ...(message === null ? {} : { message }),
    };
    return { result, closest: comparison?.closest ?? null };
  }
}
