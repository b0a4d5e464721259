/** Adapters that the kit writes, loaded by Python's PEFT where GORP_PYTHON names an interpreter that has it. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { readAdapter } from "../../lib/models/adapter.ts";
import { type AdapterPair, adapterPair, pairDelta, stackPairs } from "../../lib/models/adapter_pair.ts";
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";
import { writeAdapter, type WriteAdapterOptions } from "../../lib/models/write_adapter.ts";
import { Random } from "../../lib/tensor/random.ts";
import { caseFolders, sharedCases } from "../golden_case.ts";
import { golden, inFolder } from "./weight_files.ts";

const python = peftPython();

interface PeftView {
  readonly adapted: Record<string, { rank: number; scaling: number; delta: number[] }>;
  readonly logits: number[];
  readonly taskType: string;
}

function peftPython(): string | null {
  const python = Deno.env.get("GORP_PYTHON");
  const hasPeft = python !== undefined &&
    new Deno.Command(python, { args: ["-c", "import peft, transformers"] }).outputSync().success;
  if (!hasPeft) {
    console.log("skipped: loading adapters in PEFT, as GORP_PYTHON names no interpreter that has it");
  }
  return hasPeft ? python : null;
}

/** What PEFT sees in adapters, each given after the folder of its model. Starting Python takes seconds: once for all. */
function readWithPeft(...modelsAndAdapters: string[]): PeftView[] {
  const program = new URL("read_adapter.py", import.meta.url).pathname;
  const { success, stdout, stderr } = new Deno.Command(python!, {
    args: [program, ...modelsAndAdapters],
    env: { HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" },
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

function assertNear(got: ArrayLike<number>, want: ArrayLike<number>, message: string) {
  assertEquals(got.length, want.length, message);
  for (let i = 0; i < want.length; i++) assertAlmostEquals(got[i], want[i], 1e-5, message);
}

Deno.test({
  name: "PEFT loads stacked pairs of three tasks as one LoRA with the same changes",
  ignore: python === null,
  fn() {
    const random = new Random(5);
    const ranks = [2, 4, 3];
    using model = openCheckpoint(golden);
    const modules = model.names.filter((name) => /SelfAttention\.(q|v)\.weight$/.test(name));
    const pairs = modules.flatMap((name, m): AdapterPair[] =>
      ranks.slice(0, 1 + m % 3).map((rank, task) => {
        const shape = model.shapeOf(name);
        return adapterPair({
          module: name.replace(/\.weight$/, ""),
          a: random.normalArray(rank * shape[1], 0.5),
          b: random.normalArray(shape[0] * rank, 0.5),
        }, { shape, scaling: [4, 4, 2.5][task] });
      })
    );
    const options: WriteAdapterOptions = { baseModel: "small-relu-tied", taskType: "SEQ_2_SEQ_LM" };
    inFolder((folder) => {
      writeAdapter(`${folder}/names`, stackPairs(pairs), options);
      writeAdapter(`${folder}/pattern`, stackPairs(pairs), { ...options, targets: ".*SelfAttention.(q|v)" });
      const [names, pattern] = readWithPeft(golden, `${folder}/names`, golden, `${folder}/pattern`);
      assertEquals(names, pattern);
      assertEquals(names.taskType, "SEQ_2_SEQ_LM");
      assertEquals(Object.keys(names.adapted).length, modules.length);
      for (const [module, stack] of Map.groupBy(pairs, (pair) => pair.module)) {
        const sum = stack.map(pairDelta).reduce((total, delta) => total.map((value, i) => value + delta[i]));
        assertNear(names.adapted[module].delta, sum, module);
        assertEquals(names.adapted[module].rank, stack.reduce((total, { rank }) => total + rank, 0));
      }
    });
  },
});

const shared = sharedCases("lora");

Deno.test({
  name: "PEFT gives the shared adapters the same logits after the kit has read and written them",
  ignore: python === null || shared === null,
  fn() {
    inFolder((copies) => {
      const folders = caseFolders(shared!, "lora");
      const jobs = folders.flatMap((folder, i) => {
        const { config } = JSON.parse(Deno.readTextFileSync(`${folder}/case.json`));
        const [model, adapter, copy] = [config.model, config.adapter].map((name) => `${folder}/${name}`)
          .concat(`${copies}/${i}`);
        const taskType = config.base === "t5" ? "SEQ_2_SEQ_LM" : "CAUSAL_LM";
        writeAdapter(copy, readAdapter(adapter).pairs, { baseModel: "model", taskType });
        return [model, copy, model, adapter];
      });
      const views = readWithPeft(...jobs);
      folders.forEach((folder, i) => {
        const [ours, theirs] = views.slice(2 * i);
        assertEquals(Object.keys(ours.adapted), Object.keys(theirs.adapted), folder);
        for (const [module, { scaling, delta }] of Object.entries(theirs.adapted)) {
          assertAlmostEquals(ours.adapted[module].scaling, scaling, 1e-12, module);
          assertNear(ours.adapted[module].delta, delta, module);
        }
        assertNear(ours.logits, theirs.logits, folder);
      });
    });
  },
});
