/** `./gorp check`. @module */
import { existsSync } from "node:fs";
import type { Command } from "./command.ts";
import { duration } from "./duration.ts";
import { projectFolder, runDeno } from "./project.ts";
import { tallyLine } from "./tally.ts";

interface Check {
  readonly name: string;
  /** Arguments for Deno. */
  readonly words: readonly string[];
}

/** Checks all that needs no device; ends with a line like `5 passed, 0 failed`. */
export const checkCommand: Command = {
  name: "check",
  summary: "checks format, lint, types, documentation and layers",
  description:
    "Checks, without changing anything: the format of all files, lint rules, types, that everything\n" +
    "public is documented, and that imports only go down the layers (see ARCHITECTURE.md).",
  options: [],
  examples: [{ line: "./gorp check", remark: "what a commit should pass" }],
  async run() {
    let [passed, failed] = [0, 0];
    for (const { name, words } of checks()) {
      const started = performance.now();
      const { code, output } = await runDeno(words);
      const seconds = duration((performance.now() - started) / 1000);
      if (code === 0) passed++;
      else failed++;
      console.log(`${code === 0 ? "ok    " : "FAILED"}  ${name} (${seconds})`);
      if (code !== 0) console.log(output.trimEnd());
    }
    console.log(tallyLine({ passed, failed }));
    return failed > 0 ? 1 : 0;
  },
};

function checks(): Check[] {
  const sources = ["mod.ts", "lib", "tests", "bench"].filter((path) => existsSync(projectFolder + path));
  return [
    { name: "format", words: ["fmt", "--check", "--quiet"] },
    { name: "lint", words: ["lint", "--quiet"] },
    { name: "types", words: ["check", "--quiet", ...sources] },
    { name: "documentation", words: ["test", "--allow-all", "--quiet", "tests/documentation_test.ts"] },
    { name: "layers", words: ["test", "--allow-all", "--quiet", "tests/architecture_test.ts"] },
  ];
}
