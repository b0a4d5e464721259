/** `./gorp test`. @module */
import { resolve } from "node:path";
import { openGpu } from "../gpu/gpu.ts";
import type { Command } from "./command.ts";
import { projectFolder, runDeno } from "./project.ts";
import { readTally, tallyLine } from "./tally.ts";

const MOST_JOBS = 4;

/** Runs the tests and the examples in the documentation; ends with a line like `12 passed, 0 failed`. */
export const testCommand: Command = {
  name: "test",
  summary: "runs the tests and the examples in the documentation",
  operands: "[PATH…]",
  description: "Runs everything under tests/ and every example in the documentation of lib/, or only the\n" +
    'given files and folders. The last line reads "N passed, N failed".',
  options: ["filter"],
  examples: [
    { line: "./gorp test", remark: "everything" },
    { line: "./gorp test tests/gpu --filter matmul", remark: "some" },
  ],
  async run({ options, operands }) {
    if (operands.length === 0) await requireDevice();
    const paths = operands.length > 0 ? operands.map((path) => resolve(path)) : defaultPaths();
    const filter = options.filter === undefined ? [] : [`--filter=${options.filter}`];
    const words = ["test", "--parallel", "--quiet", "--allow-all", "--doc", ...filter, ...paths];
    console.error("gorp: checking types, then running the tests");
    const { code, output } = await runDeno(words, { show: true, env: { DENO_JOBS: testJobs() } });
    const tally = readTally(output, code);
    if (code !== 0 && tally.failed === 0) {
      console.error(
        `gorp: the process crashed (exit code ${code}) as it ended, after all tests had passed`,
      );
    }
    console.log(tallyLine(tally));
    return tally.failed > 0 ? 1 : 0;
  },
};

/** How many files are tested at a time: each opens a device of its own, of which a GPU has no use for many. */
function testJobs(): string {
  return Deno.env.get("DENO_JOBS") ?? `${Math.min(navigator.hardwareConcurrency, MOST_JOBS)}`;
}

/** One sentence now rather than hundreds of failures later. */
async function requireDevice(): Promise<void> {
  using _ = await openGpu();
}

function defaultPaths(): string[] {
  return ["lib", "tests"].map((folder) => projectFolder + folder);
}
