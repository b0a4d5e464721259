/** Writing LoRA adapters in the format of Hugging Face's PEFT. @module */
import { writeFileAtomically } from "../files/atomic_file.ts";
import { ADAPTER_FILES, pairKey } from "./adapter.ts";
import { type AdapterConfig, type AdapterTargets, formatAdapterConfig } from "./adapter_config.ts";
import type { AdapterPair } from "./adapter_pair.ts";
import { moduleChooser } from "./adapter_targets.ts";
import { encodeSafetensors } from "./safetensors.ts";

/** Options of {@linkcode writeAdapter}. */
export interface WriteAdapterOptions {
  /** Name or path of the model that the adapter belongs to. */
  readonly baseModel: string;
  /** What the model does: T5 turns a sequence into another, LLaMA continues one. */
  readonly taskType: "SEQ_2_SEQ_LM" | "CAUSAL_LM";
  /** How the modules are named in the configuration. Default: each by its whole name. */
  readonly targets?: AdapterTargets;
}

/**
 * Writes a folder that Python's PEFT loads: `PeftModel.from_pretrained(model, folder)`.
 *
 * @param folder is made if it is missing
 * @param pairs one a module; see {@linkcode stackPairs} for several
 * @throws {RangeError} for no pairs, two of one module, and targets that do not choose exactly their modules
 */
export function writeAdapter(
  folder: string,
  pairs: readonly AdapterPair[],
  options: WriteAdapterOptions,
): void {
  const config = configOf(pairs, options);
  const tensors = new Map(
    pairs.flatMap(({ module, rank, inputs, outputs, a, b }) => [
      [pairKey(module, "A"), { shape: [rank, inputs], data: a }],
      [pairKey(module, "B"), { shape: [outputs, rank], data: b }],
    ]),
  );
  if (tensors.size !== 2 * pairs.length) {
    throw new RangeError("Cannot write an adapter with two pairs for one module; stack them first.");
  }
  const weights = encodeSafetensors(tensors, { metadata: { format: "pt" } });
  Deno.mkdirSync(folder, { recursive: true });
  writeFileAtomically(`${folder}/${ADAPTER_FILES.weights}`, weights);
  const text = JSON.stringify(formatAdapterConfig(config), null, 2) + "\n";
  writeFileAtomically(`${folder}/${ADAPTER_FILES.config}`, text);
}

/** The configuration of some pairs: rank and α of most of them, and the others' own. */
function configOf(pairs: readonly AdapterPair[], options: WriteAdapterOptions): AdapterConfig {
  if (pairs.length === 0) throw new RangeError("Cannot write an adapter without any pair.");
  const alphaOf = ({ rank, scaling }: AdapterPair) => scaling * rank;
  const [rank] = mostFrequent(pairs.map((pair) => pair.rank));
  const [alpha] = mostFrequent(pairs.map(alphaOf));
  const own = (value: (pair: AdapterPair) => number, common: number) =>
    Object.fromEntries(
      pairs.filter((pair) => value(pair) !== common).map((
        pair,
      ) => [pair.module.replaceAll(".", String.raw`\.`), value(pair)]),
    );
  const modules = pairs.map(({ module }) => module);
  const config: AdapterConfig = {
    baseModel: options.baseModel,
    taskType: options.taskType,
    targets: options.targets ?? modules,
    excluded: [],
    layers: null,
    layerLists: [],
    rank,
    alpha,
    ranks: own((pair) => pair.rank, rank),
    alphas: own(alphaOf, alpha),
    rootScaling: false,
  };
  const isChosen = moduleChooser(config);
  const missed = modules.find((module) => !isChosen(module));
  if (missed !== undefined) {
    throw new RangeError(`The targets ${JSON.stringify(config.targets)} do not choose module "${missed}".`);
  }
  return config;
}

function mostFrequent(values: readonly number[]): number[] {
  const counts = Map.groupBy(values, (value) => value);
  return [...counts].sort(([, a], [, b]) => b.length - a.length).map(([value]) => value);
}
