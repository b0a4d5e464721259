/** `./gorp bench`. @module */
import type { Command } from "./command.ts";
import { suggestion } from "./nearest.ts";
import { projectFolder, runDeno } from "./project.ts";
import { UsageError } from "./usage_error.ts";

const SUFFIX = "_bench.ts";

/** Runs the programs `bench/*_bench.ts` one after the other. */
export const benchCommand: Command = {
  name: "bench",
  summary: "runs the benchmarks side by side with their peers",
  operands: "[NAME…]",
  description:
    "Runs all benchmarks of bench/, or only the named ones, one after the other. Each measures this\n" +
    "project and its peers in the same run; bench/README.md keeps the results.",
  options: [],
  examples: [
    { line: "./gorp bench", remark: "all of them" },
    { line: "./gorp bench matmul", remark: "bench/matmul_bench.ts only" },
  ],
  async run({ operands }) {
    const names = await benchmarkNames();
    if (names.length === 0) throw new UsageError(`There are no benchmarks: no bench/*${SUFFIX} was found.`);
    for (const name of operands) {
      if (!names.includes(name)) {
        throw new UsageError(`There is no benchmark "${name}"; ${suggestion(name, names)}`);
      }
    }
    let failed = 0;
    for (const name of operands.length > 0 ? operands : names) {
      console.log(`\n${name}`);
      const { code } = await runDeno(["run", "--allow-all", `bench/${name}${SUFFIX}`], { show: true });
      if (code !== 0) failed++;
    }
    return failed > 0 ? 1 : 0;
  },
};

async function benchmarkNames(): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(`${projectFolder}bench`)) {
    if (name.endsWith(SUFFIX)) names.push(name.slice(0, -SUFFIX.length));
  }
  return names.sort();
}
