/**
 * Times a stop: from the signal that Ctrl-C sends until `./gorp run` and `./gorp ablate`, the latter with its
 * processes, have ended, with a checkpoint of the step they had reached on the disk.
 *
 * Run with `./gorp bench stop`, or `deno run -A bench/stop_bench.ts --model DIR`. How long a stopped cell of a notebook
 * takes in a browser is told by `tests/browser/lab_acceptance.py`.
 */
import { projectFolder } from "../lib/cli/project.ts";
import { baseModel } from "./base_model.ts";
import { median } from "./peers/torch_peer.ts";

const STOPS = 8;
const model = baseModel();

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** The paths below a folder that end in a certain way. */
function pathsIn(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? pathsIn(path, ending) : path.endsWith(ending) ? [path] : [];
  });
}

/** Milliseconds from the signal, some seconds after the first rows are written, to the end. */
async function stop(command: string, seconds: number): Promise<number> {
  const out = await Deno.makeTempDir();
  const child = new Deno.Command(`${projectFolder}gorp`, {
    args: [command, "--out", out, "--model", model],
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (pathsIn(out, "/metrics.arrows").length === 0) await pause(0.02);
  await pause(seconds);
  const start = performance.now();
  child.kill("SIGINT");
  await child.status;
  const time = performance.now() - start;
  const checkpoints = pathsIn(out, ".safetensors").filter((path) => path.includes("/checkpoint"));
  await Deno.remove(out, { recursive: true });
  if (checkpoints.length === 0) throw new Error(`./gorp ${command} left no checkpoint.`);
  return time;
}

if (import.meta.main) {
  console.log("ms from Ctrl-C to the end".padEnd(30) + "     best   median    worst");
  for (const command of ["run", "ablate"]) {
    await stop(command, 1); // compiles what is not compiled
    const times: number[] = [];
    for (let i = 0; i < STOPS; i++) times.push(await stop(command, 2 + 2 * i / STOPS));
    const columns = [Math.min(...times), median(times), Math.max(...times)];
    console.log(
      `./gorp ${command}`.padEnd(30) + columns.map((value) => value.toFixed(0).padStart(9)).join(""),
    );
  }
  console.log(`load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
}
