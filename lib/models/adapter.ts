/** LoRA adapters in the format of Hugging Face's PEFT. @module */
import { shapeText } from "../tensor/shape.ts";
import { type AdapterConfig, parseAdapterConfig } from "./adapter_config.ts";
import type { AdapterPair } from "./adapter_pair.ts";
import { moduleChooser, rankOf, scalingOf } from "./adapter_targets.ts";
import { namingFile, readJson } from "./model_files.ts";
import { SafetensorsFile } from "./safetensors_file.ts";

/** An adapter in memory. */
export interface Adapter {
  /** What `adapter_config.json` says. */
  readonly config: AdapterConfig;
  /** One pair a module, in the order of the file. */
  readonly pairs: readonly AdapterPair[];
}

/** The files of an adapter's folder. */
export const ADAPTER_FILES = { config: "adapter_config.json", weights: "adapter_model.safetensors" } as const;

/** The name of one side of a module's pair in the file. */
export function pairKey(module: string, side: "A" | "B"): string {
  return `base_model.model.${module}.lora_${side}.weight`;
}

/** What {@linkcode pairKey} gives, in files of old with the adapter's name before `.weight`. */
const KEY = /^base_model\.model\.(.+)\.lora_(A|B)\.(?:default\.)?weight$/;

/**
 * Reads an adapter's folder.
 *
 * @throws {Deno.errors.NotFound} when a file is missing
 * @throws {Deno.errors.InvalidData} when a file is damaged, the adapter is of a kind other than LoRA, or its files
 * disagree
 *
 * @example How far an adapter reaches
 * ```ts
 * import { models } from "gorp";
 * const folder = await Deno.makeTempDir();
 * const pair = { module: "encoder.block.0.layer.0.SelfAttention.q", rank: 1, inputs: 2, outputs: 3, scaling: 4 };
 * const [a, b] = [new Float32Array(2).fill(1), new Float32Array(3).fill(0.5)];
 * models.writeAdapter(folder, [{ ...pair, a, b }], { baseModel: "t5-small", taskType: "SEQ_2_SEQ_LM" });
 * const adapter = models.readAdapter(folder);
 * for (const { module, rank, scaling } of adapter.pairs) console.log(module, rank, scaling);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function readAdapter(folder: string): Adapter {
  const path = `${folder}/${ADAPTER_FILES.config}`;
  const config = parseAdapterConfig(readJson(path), path);
  using file = new SafetensorsFile(`${folder}/${ADAPTER_FILES.weights}`);
  const modules = new Map<string, Partial<Record<"A" | "B", string>>>();
  for (const name of file.places.keys()) {
    const [, module, side] = KEY.exec(name) ?? [];
    if (module === undefined) {
      throw new Deno.errors.InvalidData(`${file.path} holds "${name}", which is no weight of a LoRA pair.`);
    }
    modules.set(module, { ...modules.get(module), [side]: name });
  }
  if (modules.size === 0) throw new Deno.errors.InvalidData(`${file.path} holds no pairs.`);
  const isChosen = namingFile(path, () => moduleChooser(config));
  const pairs = [...modules].map(([module, names]) => {
    if (!isChosen(module)) {
      throw new Deno.errors.InvalidData(
        `${file.path} has a pair for module "${module}", which the target modules of ${path} do not choose.`,
      );
    }
    return namingFile(path, () => readPair(file, { module, names, config }));
  });
  return { config, pairs };
}

function readPair(
  file: SafetensorsFile,
  pair: {
    readonly module: string;
    readonly names: { readonly A?: string; readonly B?: string };
    readonly config: AdapterConfig;
  },
): AdapterPair {
  const { module, names, config } = pair;
  const fail = (reason: string) => new Deno.errors.InvalidData(`${file.path}: module "${module}" ${reason}.`);
  const read = (name: string | undefined, side: string) => {
    if (name === undefined) throw fail(`has no lora_${side}`);
    const { shape } = file.places.get(name)!;
    if (shape.length !== 2) throw fail(`has a lora_${side} of shape ${shapeText(shape)}`);
    const data = new Float32Array(shape[0] * shape[1]);
    file.readInto(name, data);
    return { shape, data };
  };
  const [a, b] = [read(names.A, "A"), read(names.B, "B")];
  const [rank, inputs] = a.shape;
  const [outputs, columns] = b.shape;
  const [wanted, scaling] = [rankOf(config, module), scalingOf(config, module)];
  if (rank !== columns || rank !== wanted) {
    throw fail(
      `has pairs of shapes ${shapeText(a.shape)} and ${shapeText(b.shape)}, but its rank is ${wanted}`,
    );
  }
  return { module, rank, inputs, outputs, scaling, a: a.data, b: b.data };
}
