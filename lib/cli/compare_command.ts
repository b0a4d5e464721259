/** `./gorp compare`. @module */
import type { Experiment } from "../continual/experiment.ts";
import { budgetNotes, methodComparison } from "../results/method_comparison.ts";
import { carryOut } from "./carry_out.ts";
import type { Command } from "./command.ts";
import { commandLine } from "./command_line.ts";
import { comparedMethods, DEFAULT_METHODS, optionNamesOf } from "./compared_methods.ts";
import { methodList, suitingOptions } from "./named_method.ts";
import { openExperiment } from "./open_experiment.ts";
import { splitSettings } from "./split_settings.ts";
import { trainingGpu } from "./training_gpu.ts";

const INTRODUCTION =
  "Rows are methods of continual learning under one budget: the same rows in the same order, as many steps, the same " +
  "learning rate of their LoRA pairs. B+L+S is GORP with all its parts, with its profile in brackets. No learning rate " +
  "and no factor was searched for, so the table says little about methods at their best.";

/** GORP beside its rivals. */
export const compareCommand: Command = {
  name: "compare",
  summary: "trains GORP and its rivals over seeds, under one budget",
  description:
    "Trains some methods on the same sequence of tasks, several seeds each, and prints a table with intervals and every\n" +
    "method's paired difference to the first. Seeds redraw the order of an embedded suite's tasks; with --data, --order\n" +
    "or --tasks fixes it. Settings go to every method that knows them. Results are left as by ./gorp ablate, and runs\n" +
    `are shared with it. Methods, by default ${DEFAULT_METHODS.join(",")}:\n${methodList()}\n\n` +
    "gorp takes a profile, a variant or both behind colons: gorp:covariance, gorp:B+S, gorp:paper:B+L.",
  options: [
    ...["out", "methods", "seeds", "suite", "data", "tasks", "order", "model"] as const,
    ...["set", "jobs", "device", "quick", "fresh", "json"] as const,
  ],
  examples: [
    { line: "./gorp compare", remark: "the default: 6 methods, 3 seeds, a few minutes" },
    { line: "./gorp compare --quick", remark: "to see it work" },
    {
      line: "./gorp compare --methods seq-lora,clora,gorp:covariance --seeds 8",
      remark: "others, more seeds",
    },
    { line: "./gorp compare --methods inc-lora,o-lora --set lambda1=0.1", remark: "another factor" },
  ],
  interruptible: true,
  async run({ options, signal }) {
    const { methods: names = DEFAULT_METHODS } = options;
    const { method: settings, ...more } = splitSettings(options.set, optionNamesOf(names));
    comparedMethods(names, settings); // wrong settings are told before anything is loaded
    using gpu = await trainingGpu(options, more.training);
    const opened = await openExperiment(gpu, options, { ...more, signal });
    const methods = comparedMethods(names, settings, (name) => suitingOptions(name, opened));
    const { experiment } = opened;
    const seeds = Array.from({ length: options.seeds ?? opened.seeds }, (_, i) => i + 1);
    await carryOut(opened, methods, {
      seeds,
      options,
      signal,
      title: `GORP beside its rivals on ${experiment.suite(seeds[0]).suite.name}`,
      introduction: INTRODUCTION,
      command: commandLine("compare", options),
      against: methods[0].label,
      conclude: (runs, summary) => {
        const json = methodComparison(runs, summary, tokensPerStep(experiment, seeds[0]));
        return { notes: budgetNotes(json.methods), json };
      },
    });
  },
};

/** Tokens of a step's rows, prompts and answers with their padding, in the mean over tasks. */
function tokensPerStep({ suite, training }: Experiment, seed: number): number {
  const { tasks } = suite(seed);
  const lengths = tasks.map(({ lengths }) => lengths.sourceLength + lengths.targetLength);
  return training.batchSize * lengths.reduce((sum, length) => sum + length, 0) / tasks.length;
}
