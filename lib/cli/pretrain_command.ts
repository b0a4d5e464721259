/** `./gorp pretrain`. @module */
import { openGpu } from "../gpu/gpu.ts";
import { embeddedRecipe } from "../continual/base_recipe.ts";
import { makeBase } from "../continual/make_base.ts";
import { embeddedTokenizer } from "../tasks/embedded_tokenizer.ts";
import { saveWordTokenizer } from "../text/tokenizer_file.ts";
import type { Command } from "./command.ts";
import { deviceChoice } from "./device_choice.ts";
import { duration } from "./duration.ts";
import { ProgressLine } from "./progress_line.ts";
import { writeSummary } from "./write_summary.ts";

/** Makes the base model of the embedded suites again. */
export const pretrainCommand: Command = {
  name: "pretrain",
  summary: "makes the embedded base model again from its recipe",
  description:
    "Trains the small T5 of the embedded suites from scratch: 3000 steps on the kit's own grammar, with its\n" +
    "own Adam on WebGPU. Writes config.json, model.safetensors (float16), tokenizer.json and recipe.json.\n" +
    "Ctrl-C keeps the state; the same command continues.",
  options: ["out", "seed", "device", "quick", "json"],
  examples: [
    { line: "./gorp pretrain", remark: "into runs/embedded-t5" },
    { line: "./gorp pretrain --out data", remark: "over the shipped model" },
    { line: "./gorp pretrain --quick --seed 7", remark: "30 steps, to see it work" },
  ],
  interruptible: true,
  async run({ options, signal }) {
    const recipe = embeddedRecipe({ steps: options.quick ? 30 : undefined, seed: options.seed });
    const folder = `${options.out}/${recipe.name}`;
    using gpu = await openGpu({ device: deviceChoice(options.device) });
    using progress = new ProgressLine(recipe.steps);
    const started = performance.now();
    await Deno.mkdir(folder, { recursive: true });
    const { model, loss, accuracy } = await makeBase(gpu, recipe, {
      signal,
      statePath: `${folder}/pretraining.state`,
      onStep: (step, latest) =>
        progress.update(step, `step ${step} of ${recipe.steps} · loss ${latest.toFixed(3)}`),
    });
    progress.clear();
    const seconds = (performance.now() - started) / 1000;
    model.save(folder, { dtype: "F16" });
    await saveWordTokenizer(embeddedTokenizer(), folder);
    const { steps, batchSize, learningRate, warmup, clip, seed, lengths } = recipe;
    const record = { steps, batchSize, learningRate, warmup, clip, seed, lengths, loss, accuracy };
    await Deno.writeTextFile(`${folder}/recipe.json`, JSON.stringify(record, null, 2) + "\n");
    writeSummary(options.json, { folder, seconds, ...record });
    const shares = Object.entries(accuracy).map(([name, share]) => `${name} ${(100 * share).toFixed(1)} %`);
    console.log(
      `${folder}: ${steps} steps in ${duration(seconds)}, loss ${loss.toFixed(3)}, ${shares.join(", ")}.`,
    );
    console.log(`Use it with --model ${folder}.`);
  },
};
