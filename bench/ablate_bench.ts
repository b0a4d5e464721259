/**
 * Times whole commands: `./gorp ablate --quick`, `./gorp ablate`, and the latter again, which finds all runs done and
 * only draws the figures anew.
 *
 * Run with `./gorp bench ablate`, or `deno run -A bench/ablate_bench.ts --model DIR`. The results go to a folder of
 * their own that is removed in the end.
 */
import { listRuns } from "../lib/results/run_reader.ts";
import { baseModel } from "./base_model.ts";
import { secondsOf } from "./run_gorp.ts";

/** Seconds that the runs in a folder spent in their tasks (training, testing, growing shared spaces), by label. */
function secondsInTasks(out: string): Map<string, number> {
  const seconds = new Map<string, number>();
  for (const run of listRuns(out)) {
    const { label } = run.record;
    for (const { value } of run.metrics("seconds")) seconds.set(label, (seconds.get(label) ?? 0) + value);
  }
  return seconds;
}

async function time(words: readonly string[], label: string): Promise<void> {
  const seconds = await secondsOf(["ablate", ...words, "--model", baseModel()]);
  console.log(label.padEnd(46) + seconds.toFixed(1).padStart(9));
}

if (import.meta.main) {
  const [quick, full] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  console.log("seconds");
  await time(["--quick", "--out", quick], "./gorp ablate --quick");
  await time(["--quick", "--out", quick, "--fresh"], "./gorp ablate --quick, second time");
  await time(["--out", full], "./gorp ablate");
  await time(["--out", full], "./gorp ablate, all runs there already");
  const inTasks = secondsInTasks(full);
  for (const [label, seconds] of inTasks) {
    console.log(`  in the tasks of ${label}`.padEnd(46) + seconds.toFixed(1).padStart(9));
  }
  const total = [...inTasks.values()].reduce((sum, value) => sum + value, 0);
  console.log("  in all tasks".padEnd(46) + total.toFixed(1).padStart(9));
  console.log(`load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  for (const folder of [quick, full]) await Deno.remove(folder, { recursive: true });
}
