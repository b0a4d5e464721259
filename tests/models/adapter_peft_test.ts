/** Adapters that the kit writes, loaded by Python's PEFT where GORP_PYTHON names an interpreter that has it. */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { readAdapter } from "../../lib/models/adapter.ts";
import { type AdapterPair, adapterPair, pairDelta, stackPairs } from "../../lib/models/adapter_pair.ts";
import { adaptedWeights, tensorPairs } from "../../lib/models/adapter_weights.ts";
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { writeAdapter, type WriteAdapterOptions } from "../../lib/models/write_adapter.ts";
import { Random } from "../../lib/tensor/random.ts";
import { caseFolders, sharedCases } from "../golden_case.ts";
import { assertNear, logitsWith, peftPython, readWithPeft } from "./peft.ts";
import { golden, inFolder } from "./weight_files.ts";

const python = peftPython();

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
      const [names, pattern] = readWithPeft(python!, golden, `${folder}/names`, golden, `${folder}/pattern`);
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
  name: "PEFT gives the shared adapters the kit's logits, also after the kit has read and written them",
  ignore: python === null || shared === null,
  async fn() {
    using gpu = await openGpu();
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
      const views = readWithPeft(python!, ...jobs);
      folders.forEach((folder, i) => {
        const [ours, theirs] = views.slice(2 * i);
        assertEquals(Object.keys(ours.adapted), Object.keys(theirs.adapted), folder);
        for (const [module, { scaling, delta }] of Object.entries(theirs.adapted)) {
          assertAlmostEquals(ours.adapted[module].scaling, scaling, 1e-12, module);
          assertNear(ours.adapted[module].delta, delta, module);
        }
        assertNear(ours.logits, theirs.logits, folder);
        using model = loadModel(gpu, jobs[4 * i]);
        const { pairs } = readAdapter(jobs[4 * i + 1]);
        const logits = logitsWith(model, () => adaptedWeights(model, tensorPairs(gpu, pairs)));
        assertNear(logits, theirs.logits, folder);
      });
    });
  },
});
