/** Reads all weights of a folder and prints by how many bytes the process grew at most: `peak_memory.ts FOLDER`. */
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";

function peak(): number {
  const [, kibibytes] = /VmHWM:\s*(\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))!;
  return 1024 * Number(kibibytes);
}

const before = peak();
using checkpoint = openCheckpoint(Deno.args[0]);
const weights = checkpoint.names.map((name) => checkpoint.read(name));
const bytes = weights.reduce((sum, weight) => sum + weight.byteLength, 0);
console.log(JSON.stringify({ bytes, grown: peak() - before }));
