/** `./gorp verify`. @module */
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import { findCases } from "../verify/find_cases.ts";
import { type CaseResult, type VerifiedCase, verifyCase } from "../verify/verify_case.ts";
import type { Command } from "./command.ts";
import { deviceChoice } from "./device_choice.ts";
import { tallyLine } from "./tally.ts";
import { UsageError } from "./usage_error.ts";
import { writeSummary } from "./write_summary.ts";

/** Compares the library with golden cases; ends with a line like `84 passed, 0 failed`. */
export const verifyCommand: Command = {
  name: "verify",
  summary: "compares the library with golden cases from PyTorch, PEFT and LAPACK",
  operands: "DIR…",
  description:
    "Computes every golden case in the folders and prints a line for each: kind, name, largest deviation, absolute\n" +
    "and relative to the largest expected number, seconds, and the tolerance of the tensor that comes closest to\n" +
    "it. A folder is a case (case.json and tensors.safetensors), a kind with its cases, or kinds with theirs. Exit\n" +
    "code 1 when a case fails, has an unknown kind, or cannot be read.",
  options: ["device", "json"],
  examples: [
    { line: "./gorp verify tests/golden", remark: "the cases that come with the project" },
    { line: "./gorp verify tests/golden/svd --json svd.json", remark: "one kind, for programs" },
    { line: "./gorp verify tests/golden/metrics/hole", remark: "one case" },
  ],
  async run({ options, operands }) {
    if (operands.length === 0) throw new UsageError("./gorp verify needs a folder of golden cases.");
    const folders = [...new Set(operands.flatMap(findCases))];
    let opened: Promise<Gpu> | undefined;
    const device = () => opened ??= openGpu({ device: deviceChoice(options.device) });
    const cases: CaseResult[] = [];
    try {
      for (const folder of folders) {
        const verified = await verifyCase(folder, device);
        cases.push(verified.result);
        console.log(lineOf(verified));
        if (verified.result.message !== undefined) console.log(`        ${verified.result.message}`);
      }
    } finally {
      (await opened)?.[Symbol.dispose]();
    }
    const passed = cases.filter(({ status }) => status === "pass").length;
    const failed = cases.length - passed;
    writeSummary(options.json, { passed, failed, cases });
    console.log(tallyLine({ passed, failed }));
    return failed > 0 ? 1 : 0;
  },
};

function lineOf({ result, closest }: VerifiedCase): string {
  const { kind, name, status, maxAbs, maxRel, tolerance, seconds } = result;
  const { abs, rel } = closest?.tolerance ?? tolerance ?? { abs: null, rel: null };
  const tensor = closest && closest.share > 0 ? `: ${closest.name} at ${percent(closest.share)}` : "";
  return [
    (status === "pass" ? "ok" : status === "fail" ? "FAILED" : "ERROR").padEnd(7),
    `${kind}/${name}`.padEnd(34),
    `abs ${short(maxAbs)}`.padEnd(12),
    `rel ${short(maxRel)}`.padEnd(12),
    `(${seconds.toFixed(2)} s)`.padEnd(9),
    `tolerance ${short(abs)} + ${short(rel)}·max${tensor}`,
  ].join(" ");
}

function short(value: number | null): string {
  return value === null ? "–" : value === 0 ? "0" : value.toExponential(1);
}

function percent(share: number): string {
  return `${share < 0.01 ? "<1" : (100 * share).toFixed(0)} %`;
}
