/** `./gorp pretrain`. @module */
import { embeddedRecipe, recipeSettings, textRecipe } from "../continual/base_recipe.ts";
import { textTasks } from "../continual/text_experiment.ts";
import { openGpu } from "../gpu/gpu.ts";
import type { Command } from "./command.ts";
import { deviceChoice } from "./device_choice.ts";
import { makeBaseModel } from "./make_base_model.ts";
import { UsageError } from "./usage_error.ts";
import { writeSummary } from "./write_summary.ts";

const QUICK_STEPS = 30;

/** Makes base models from scratch. */
export const pretrainCommand: Command = {
  name: "pretrain",
  summary: "makes the embedded base model again, or a small one for real texts",
  description:
    "Trains a small T5 from scratch with the kit's own Adam on WebGPU: without --data the model of the embedded\n" +
    "suites (3000 steps on the kit's own grammar), with it one for the texts of the named tasks (2000 steps of\n" +
    "span corruption). Writes config.json, model.safetensors (float16), tokenizer.json and recipe.json into a\n" +
    "folder of --out. Ctrl-C keeps the state; the same command continues.",
  options: ["out", "data", "tasks", "order", "seed", "device", "quick", "json"],
  examples: [
    { line: "./gorp pretrain", remark: "into runs/embedded-t5" },
    { line: "./gorp pretrain --quick --seed 7", remark: `${QUICK_STEPS} steps, to see it work` },
    { line: "./gorp pretrain --data CL_Benchmark --tasks dbpedia,amazon,agnews", remark: "for real texts" },
  ],
  interruptible: true,
  async run({ options, signal }) {
    const { data, tasks, order, seed, quick, out } = options;
    if (data === undefined && (tasks || order)) {
      throw new UsageError("--tasks and --order need --data DIR beside them.");
    }
    const overrides = { steps: quick ? QUICK_STEPS : undefined, seed };
    const recipe = data === undefined
      ? embeddedRecipe(overrides)
      : textRecipe((await textTasks({ data, tasks, order })).suite(1).tasks, overrides);
    using gpu = await openGpu({ device: deviceChoice(options.device) });
    const { folder, loss, accuracy, seconds } = await makeBaseModel(
      gpu,
      recipe,
      `${out}/${recipe.name}`,
      signal,
    );
    writeSummary(options.json, { folder, seconds, ...recipeSettings(recipe), loss, accuracy });
    console.log(`Use it with --model ${folder}.`);
  },
};
