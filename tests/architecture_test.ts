/** The rules of ARCHITECTURE.md that a program can check. */
import { assertEquals } from "@std/assert";
import { filesUnder, findCycle, projectFolder, reachable, readSourceGraph } from "./source_graph.ts";

/** The folders of lib/, lowest first; a file imports only from its own layer and those before it. */
const LAYERS = [
  ...["errors", "files", "display", "gpu", "tensor", "kernels", "linalg", "autograd", "nn", "models", "text"],
  ...["tasks", "optim", "projection", "results", "continual", "plot", "notebook", "verify", "cli"],
];

/** These layers never reach the device, not even through others. */
const WITHOUT_DEVICE = ["text", "tasks", "results", "plot"];

/** These name nothing of WebGPU's and hand the opened device on, no more. */
const EXPERIMENT = ["tasks", "optim", "projection", "results", "continual", "plot", "notebook"];

/** What of the gpu layer the experiment band may import. */
const DEVICE_HANDLES = ["lib/gpu/gpu.ts", "lib/gpu/adapter.ts"];

/** Lines a file may have. */
const LONGEST = 250;

/** Words that say nothing about what a file is for, and some that do so only beside another. */
const EMPTY_WORDS = /^(utils?|helpers?|common|misc|manager|stuff)$/;
const EMPTY_NAMES = /^(shared|index|base|core|data)$/;

const graph = await readSourceGraph();
const files = [...graph.keys()];
const read = (path: string) => Deno.readTextFileSync(projectFolder + path);
const layerOf = (path: string) => /^lib\/(\w+)\//.exec(path)?.[1] ?? "";

Deno.test("architecture: every file belongs to a layer", () => {
  assertEquals(filesUnder("lib", [".ts", ".wgsl"]).filter((path) => !LAYERS.includes(layerOf(path))), []);
});

Deno.test("architecture: imports only go down the layers", () => {
  const wrong = files.flatMap((path) =>
    graph.get(path)!
      .filter((target) => target.startsWith("lib/"))
      .filter((target) => LAYERS.indexOf(layerOf(target)) > LAYERS.indexOf(layerOf(path)))
      .map((target) => `${path} imports ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("architecture: there are no import cycles", () => {
  assertEquals(findCycle(graph), null);
});

Deno.test("architecture: files of lib/ import each other, never the package or the tests", () => {
  const wrong = files.flatMap((path) =>
    graph.get(path)!
      .filter((target) => !/^(lib\/|npm:|node:)/.test(target) && target !== "deno.json")
      .map((target) => `${path} imports ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("architecture: tasks, results and plots never touch a device", () => {
  const wrong = files.filter((path) => WITHOUT_DEVICE.includes(layerOf(path))).flatMap((path) =>
    [...reachable(graph, path)]
      .filter((target) => ["gpu", "kernels"].includes(layerOf(target)))
      .map((target) => `${path} reaches ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("architecture: the experiment band knows no WebGPU", () => {
  const webGpuName = /\bGPU[A-Z][A-Za-z]*\b|\bnavigator\.gpu\b/;
  const experiment = files.filter((path) => EXPERIMENT.includes(layerOf(path)));
  assertEquals(experiment.filter((path) => webGpuName.test(withoutComments(read(path)))), []);
  const wrong = experiment.flatMap((path) =>
    graph.get(path)!
      .filter((target) => layerOf(target) === "gpu" && !DEVICE_HANDLES.includes(target))
      .map((target) => `${path} imports ${target}`)
  );
  assertEquals(wrong, []);
});

Deno.test("architecture: Deno.jupyter is named in lib/notebook only", () => {
  const others = files.filter((path) => layerOf(path) !== "notebook");
  assertEquals(others.filter((path) => /\bDeno\.jupyter\b/.test(withoutComments(read(path)))), []);
});

Deno.test(`architecture: no file is longer than ${LONGEST} lines`, () => {
  const long = filesUnder("lib", [".ts", ".wgsl", ".sh"])
    .map((path) => [path, read(path).split("\n").length - 1] as const)
    .filter(([, lines]) => lines > LONGEST);
  assertEquals(long.map(([path, lines]) => `${path}: ${lines} lines`), []);
});

Deno.test("architecture: file names are lower case and say what is inside", () => {
  const paths = ["lib", "tests", "bench"].flatMap((folder) => filesUnder(folder, [".ts", ".wgsl", ".sh"]));
  const wrong = paths.filter((path) =>
    path.split("/").slice(1).some((part) => {
      const name = part.replace(/(_test|_bench)?\.\w+$/, "");
      const words = name.split("_");
      return !words.every((word) => /^[a-z0-9]+$/.test(word) && !EMPTY_WORDS.test(word)) ||
        EMPTY_NAMES.test(name);
    })
  );
  assertEquals(wrong, []);
});

/** The code without comments, so that prose may name what code may not. */
function withoutComments(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}
