/** `./gorp run`. @module */
import type { MethodChoice } from "../continual/method_choice.ts";
import { methodTitle } from "../continual/method_display.ts";
import { methodOf } from "../continual/methods/methods.ts";
import { accuracyTable } from "../results/accuracy_table.ts";
import { carryOut } from "./carry_out.ts";
import type { Command } from "./command.ts";
import { commandLine } from "./command_line.ts";
import { methodList, namedMethod, suitingOptions } from "./named_method.ts";
import { openExperiment } from "./open_experiment.ts";
import { splitSettings } from "./split_settings.ts";
import { trainingGpu } from "./training_gpu.ts";
import { UsageError } from "./usage_error.ts";

/** One method on one sequence of tasks. */
export const runCommand: Command = {
  name: "run",
  summary: "runs one method on one sequence of tasks",
  description:
    "Trains one method on a sequence of tasks with one seed, and prints the accuracy on every task after every task.\n" +
    "The tasks are those of an embedded suite, or with --data of a benchmark folder: --tasks in their order, or one of\n" +
    "the published orders. --model takes a T5 or LLaMA in a Hugging Face folder; without it the embedded model runs, or\n" +
    "with --data a small T5 that is made first.\n" +
    "The results go to --out as ./gorp ablate leaves them, and runs are shared with it. Ctrl-C keeps what is done and the\n" +
    `same command continues.\n\nMethods, each with options of its own for --set:\n${methodList()}`,
  options: [
    ...["out", "method", "profile", "variant", "seed", "suite", "data", "tasks", "order", "model"] as const,
    ...["set", "device", "quick", "fresh", "json"] as const,
  ],
  examples: [
    { line: "./gorp run", remark: "GORP as ./gorp ablate has it, seed 1" },
    { line: "./gorp run --method o-lora --set lambda1=0.1", remark: "another method" },
    { line: "./gorp run --profile covariance --variant B+S --seed 3", remark: "another form of it" },
    {
      line: "./gorp run --suite relabel --set steps=100 --set loraRank=4",
      remark: "other tasks, options by name",
    },
    {
      line: "./gorp run --data CL_Benchmark --tasks dbpedia,amazon,agnews",
      remark: "real texts, a small model",
    },
    {
      line: "./gorp run --model t5-large --data CL_Benchmark --order 1 --method gorp --profile paper",
      remark: "a pre-trained model on a published order",
    },
  ],
  interruptible: true,
  async run({ options, signal }) {
    const { method: name = "gorp", profile, variant, seed = 1 } = options;
    const { optionNames } = namedMethod(name);
    const { method: settings, ...more } = splitSettings(options.set, optionNames);
    if (profile === "all") {
      throw new UsageError("./gorp run takes one profile; ./gorp ablate --profile all runs them all.");
    }
    const choice: MethodChoice = { method: name, profile, variant, options: settings };
    methodOf(choice); // wrong settings are told before anything is loaded
    using gpu = await trainingGpu(options, more.training);
    const opened = await openExperiment(gpu, options, { ...more, signal });
    const method = methodOf({ ...choice, options: { ...suitingOptions(name, opened), ...settings } });
    const { suite } = opened.experiment.suite(seed);
    const [run] = await carryOut(opened, [method], {
      seeds: [seed],
      options,
      signal,
      title: `${methodTitle(method)} on ${suite.name}`,
      command: commandLine("run", options),
    });
    console.log(`\n${accuracyTable(run)}`);
  },
};
