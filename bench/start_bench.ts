/**
 * Times the start: `./gorp ablate --quick` until its progress line tells of training steps, the phases of that
 * way, and importing the library.
 *
 * Run with `./gorp bench start`, or `deno run -A bench/start_bench.ts --model DIR`. "again" is what every call but
 * the first meets; "first" has no compiled shaders on the disk.
 */
import { fileURLToPath } from "node:url";
import { projectFolder } from "../lib/cli/project.ts";
import { baseModel } from "./base_model.ts";
import { median } from "./peers/torch_peer.ts";
import { launcherEnvironment, secondsOf } from "./run_gorp.ts";

const RUNS = 5;
const model = baseModel();
const decoder = new TextDecoder();

/**
 * Seconds until the progress line of `./gorp ablate --quick` shows a step of the first task, on a terminal made
 * by util-linux's `script`. Losses are told every ten steps, so this is a little later than the first step.
 */
async function secondsToTraining(): Promise<number> {
  const out = await Deno.makeTempDir();
  const start = performance.now();
  const line = `"${projectFolder}gorp" ablate --quick --out "${out}" --model "${model}"`;
  const child = new Deno.Command("script", {
    args: ["--quiet", "--flush", "--return", "--command", line, "/dev/null"],
    stdout: "piped",
    stderr: "null",
    stdin: "null",
  }).spawn();
  let seen = "";
  let seconds = NaN;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += text;
    if (Number.isNaN(seconds) && /\b[1-9]\d* %/.test(seen)) {
      seconds = (performance.now() - start) / 1000;
      child.kill("SIGINT");
    }
  }
  await child.status;
  await Deno.remove(out, { recursive: true });
  if (Number.isNaN(seconds)) throw new Error(`No training step was seen:\n${seen}`);
  return seconds;
}

/** Seconds by phase. */
async function phases(shaders?: string): Promise<Record<string, number>> {
  const probe = fileURLToPath(new URL("start_probe.ts", import.meta.url));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", probe, `${Date.now()}`, model],
    env: launcherEnvironment(shaders),
  }).output();
  if (code !== 0) throw new Error(`The probe failed:\n${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

async function secondsToImport(): Promise<number> {
  const code =
    "const start = performance.now(); await import('gorp'); console.log(performance.now() - start)";
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    cwd: projectFolder,
    env: launcherEnvironment(),
  }).output();
  return Number(decoder.decode(stdout)) / 1000;
}

async function several(measure: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let run = 0; run < RUNS; run++) all.push(await measure());
  return all;
}

function print(label: string, values: readonly number[]): void {
  const columns = [Math.min(...values), median(values)].map((value) => value.toFixed(2).padStart(9));
  console.log(label.padEnd(46) + columns.join(""));
}

if (import.meta.main) {
  await secondsOf(["help"]);
  const empty = await Deno.makeTempDir();
  const first = await phases(empty);
  await Deno.remove(empty, { recursive: true });
  await phases();
  const again: Record<string, number>[] = [];
  for (let run = 0; run < RUNS; run++) again.push(await phases());

  console.log("seconds".padEnd(46) + "     best   median");
  try {
    await secondsToTraining();
    print("./gorp ablate --quick to its first ten steps", await several(secondsToTraining));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.log("./gorp ablate --quick was not timed: that needs `script` of util-linux.");
  }
  print("./gorp help", await several(() => secondsOf(["help"])));
  print("import of mod.ts", await several(secondsToImport));

  console.log("\nseconds by phase".padEnd(47) + "    again     first");
  const total = (all: Record<string, number>) => Object.values(all).reduce((sum, value) => sum + value, 0);
  for (const phase of Object.keys(first)) {
    const columns = [median(again.map((all) => all[phase])), first[phase]];
    console.log(phase.padEnd(46) + columns.map((value) => value.toFixed(3).padStart(9)).join(" "));
  }
  const totals = [median(again.map(total)), total(first)];
  console.log("together".padEnd(46) + totals.map((value) => value.toFixed(3).padStart(9)).join(" "));
  console.log(`load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
