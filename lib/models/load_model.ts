/** Loading whatever model a folder holds. @module */
import { InputError } from "../errors/input_error.ts";
import type { Gpu } from "../gpu/gpu.ts";
import { emptyLlama, loadLlama } from "./llama/llama_model.ts";
import type { LlamaModel } from "./llama/llama_model.ts";
import { readJson } from "./model_files.ts";
import type { LoadOptions } from "./packed_weights.ts";
import { emptyT5, loadT5 } from "./t5/t5_model.ts";
import type { T5Model } from "./t5/t5_model.ts";

/** A model of a known architecture. */
export type LoadedModel = T5Model | LlamaModel;

/** Loaders by `model_type`, and the classes that transformers computes such a model with. */
const ARCHITECTURES = {
  t5: { load: loadT5, empty: emptyT5, classes: ["T5ForConditionalGeneration"] },
  llama: { load: loadLlama, empty: emptyLlama, classes: ["LlamaForCausalLM"] },
};

/**
 * Loads a Hugging Face folder: T5 (1.0, 1.1, Flan) or LLaMA, as `model_type` and `architectures` of its
 * `config.json` say, with weights in one safetensors file or several.
 *
 * @throws {InputError} when the architecture is unknown, or an entry of `config.json` is missing or wrong
 * @throws {Error} when a file is missing or damaged, or a tensor is missing or of another shape
 *
 * @example Which model is it?
 * ```ts
 * import { loadModel, openGpu } from "gorp";
 * using gpu = await openGpu();
 * using model = loadModel(gpu, "data/embedded-t5");
 * console.log(model.architecture); // t5
 * ```
 */
export function loadModel(gpu: Gpu, folder: string, options: LoadOptions = {}): LoadedModel {
  return architectureOf(folder).load(gpu, folder, options);
}

/**
 * A model of the architecture and the shapes that a folder's `config.json` names, whose weights are undefined: for
 * what depends on shapes only. No other file is needed.
 *
 * @throws {InputError} when the architecture is unknown, or an entry of `config.json` is missing or wrong
 */
export function emptyModel(gpu: Gpu, folder: string, options: LoadOptions = {}): LoadedModel {
  return architectureOf(folder).empty(gpu, folder, options);
}

function architectureOf(folder: string): (typeof ARCHITECTURES)[keyof typeof ARCHITECTURES] {
  const { model_type: type, architectures } = readJson(`${folder}/config.json`);
  const known = Object.entries(ARCHITECTURES);
  const found = known.find(([name]) => name === type)?.[1];
  const named = Array.isArray(architectures) ? architectures : [];
  if (!found || (named.length > 0 && !named.some((name) => found.classes.includes(name)))) {
    throw new InputError(
      `${folder} holds a model of type ${JSON.stringify(type)} (architectures ${JSON.stringify(named)}); ` +
        `known are ${known.map(([name, { classes }]) => `${name} (${classes.join(", ")})`).join(" and ")}.`,
    );
  }
  return found;
}
