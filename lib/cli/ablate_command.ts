/** `./gorp ablate`. @module */
import { ablationMethods } from "../continual/ablation.ts";
import type { GorpOptions, Profile, Variant } from "../continual/methods/gorp_options.ts";
import { carryOut } from "./carry_out.ts";
import type { Command } from "./command.ts";
import { commandLine } from "./command_line.ts";
import { openExperiment } from "./open_experiment.ts";
import { splitSettings } from "./split_settings.ts";
import { trainingGpu } from "./training_gpu.ts";

const INTRODUCTION =
  "Rows are variants of GORP: B is LoRA alone, L adds full-rank weights with projected gradients, S the " +
  "shared space that keeps old tasks safe. Profiles settle what the paper leaves open: aligned places S on the input " +
  "side of each layer, covariance measures it from all gradients of a task; paper, the literal form, does not show " +
  "the published gains at this scale, as measured.";

/** The main job: the four variants, and one more row, over seeds. */
export const ablateCommand: Command = {
  name: "ablate",
  summary: "trains B, B+L, B+S, B+L+S over seeds, and compares them",
  description:
    "Trains the variants of GORP on a sequence of tasks, several seeds each, and prints a table with intervals.\n" +
    "Results go to --out as Arrow files, a folder a run; figures and report.html beside them. Finished runs are\n" +
    "reused; Ctrl-C keeps what is done and the same command continues.\n\n" +
    INTRODUCTION.replaceAll(/(.{1,100})(\s|$)/g, "$1\n").trim(),
  options: [
    ...["out", "seeds", "variants", "profile", "suite", "data", "tasks", "order", "model"] as const,
    ...["set", "jobs", "device", "quick", "fresh", "json"] as const,
  ],
  examples: [
    { line: "./gorp ablate", remark: "the default: 5 rows, 3 seeds, a few minutes" },
    { line: "./gorp ablate --quick", remark: "a few seconds, to see it work" },
    {
      line: "./gorp ablate --seeds 8 --profile all --json results.json",
      remark: "every profile, for programs",
    },
    {
      line: "./gorp ablate --data CL_Benchmark --tasks dbpedia,amazon,agnews",
      remark: "real texts, a small model",
    },
    {
      line: "./gorp ablate --model SmolLM2 --data CL_Benchmark --tasks dbpedia,amazon,agnews",
      remark: "a pre-trained model in a Hugging Face folder",
    },
    { line: "./gorp ablate --set projectionRank=32 --variants B,B+L", remark: "another k" },
  ],
  interruptible: true,
  async run({ options, signal }) {
    const { method: settings, ...more } = splitSettings(options.set);
    const methodsWith = (suiting: Partial<GorpOptions>) =>
      ablationMethods({
        variants: options.variants as Variant[] | undefined,
        profile: options.profile as Profile | "all" | undefined,
        options: { ...suiting, ...settings },
      });
    methodsWith({}); // wrong settings are told before anything is loaded
    using gpu = await trainingGpu(options, more.training);
    const opened = await openExperiment(gpu, options, { ...more, signal });
    const methods = methodsWith(opened.methodOptions);
    const count = options.seeds ?? opened.seeds;
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    await carryOut(opened, methods, {
      seeds,
      options,
      signal,
      title: `GORP ablation on ${opened.experiment.suite(seeds[0]).suite.name}`,
      introduction: INTRODUCTION,
      command: commandLine("ablate", options),
    });
  },
};
