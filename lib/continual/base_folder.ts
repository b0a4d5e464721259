/** Base models on disk. @module */
import type { Gpu } from "../gpu/gpu.ts";
import { writeFileAtomically } from "../files/atomic_file.ts";
import { configurationHash } from "../results/configuration_hash.ts";
import { saveWordTokenizer } from "../text/tokenizer_file.ts";
import { type BaseRecipe, recipeSettings } from "./base_recipe.ts";
import { makeBase, type MakeBaseOptions } from "./make_base.ts";

/** What was made, and where. */
export interface BaseFolder {
  readonly folder: string;
  readonly loss: number;
  readonly accuracy: Readonly<Record<string, number>>;
}

/**
 * Makes a base model and writes `config.json`, `model.safetensors` (float16), `tokenizer.json` and `recipe.json`.
 *
 * @param folder is made when it is missing; also keeps the state of an interrupted training
 */
export async function makeBaseFolder(
  gpu: Gpu,
  recipe: BaseRecipe,
  folder: string,
  options: Omit<MakeBaseOptions, "statePath"> = {},
): Promise<BaseFolder> {
  await Deno.mkdir(folder, { recursive: true });
  const statePath = `${folder}/pretraining-${configurationHash(recipeSettings(recipe))}.state`;
  using made = await makeBase(gpu, recipe, { ...options, statePath });
  const { model, loss, accuracy } = made;
  await saveWordTokenizer(recipe.tokenizer, folder);
  const record = { ...recipeSettings(recipe), loss, accuracy };
  writeFileAtomically(`${folder}/recipe.json`, JSON.stringify(record, null, 2) + "\n");
  model.save(folder, { dtype: "F16" });
  return { folder, loss, accuracy };
}

/** Whether a folder holds a finished base model; its weights are written last. */
export function hasBaseModel(folder: string): boolean {
  try {
    return Deno.statSync(`${folder}/model.safetensors`).isFile;
  } catch {
    return false;
  }
}
