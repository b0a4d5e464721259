/** Making a base model with progress on the command line. @module */
import { type BaseFolder, makeBaseFolder } from "../continual/base_folder.ts";
import type { BaseRecipe } from "../continual/base_recipe.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { duration } from "./duration.ts";
import { ProgressLine } from "./progress_line.ts";

/** Makes the model in `folder` and says what came out. */
export async function makeBaseModel(
  gpu: Gpu,
  recipe: BaseRecipe,
  folder: string,
  signal: AbortSignal,
): Promise<BaseFolder & { readonly seconds: number }> {
  using progress = new ProgressLine(recipe.steps);
  const started = performance.now();
  let first: number | null = null;
  const base = await makeBaseFolder(gpu, recipe, folder, {
    signal,
    onStep: (step, loss) => {
      if (first === null && step > 10) progress.skip(step - 10);
      first ??= step;
      progress.update(step, `pre-training, step ${step} of ${recipe.steps} · loss ${loss.toFixed(3)}`);
    },
  });
  progress.clear();
  const seconds = (performance.now() - started) / 1000;
  const parts = [
    `${recipe.steps} steps in ${duration(seconds)}`,
    `loss ${base.loss.toFixed(3)}`,
    ...Object.entries(base.accuracy).map(([name, share]) => `${name} ${(100 * share).toFixed(1)} %`),
  ];
  console.log(`${folder}: ${parts.join(", ")}.`);
  return { ...base, seconds };
}
