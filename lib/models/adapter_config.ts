/** `adapter_config.json` of a LoRA adapter, as PEFT writes it. @module */

/** Which modules are adapted: names or ends of names, or one regular expression over whole names. */
export type AdapterTargets = readonly string[] | string;

/** What the file says, as far as it matters here. */
export interface AdapterConfig {
  /** Name or path of the model that the adapter belongs to; may be empty. */
  readonly baseModel: string;
  /** `SEQ_2_SEQ_LM`, `CAUSAL_LM`, or null. */
  readonly taskType: string | null;
  /** Which modules are adapted. */
  readonly targets: AdapterTargets;
  /** Modules that are left out of `targets`. */
  readonly excluded: AdapterTargets;
  /** Numbers of the layers to which `targets` is restricted, or null. */
  readonly layers: readonly number[] | null;
  /** Names of the lists of layers that these numbers count in; empty for any. */
  readonly layerLists: readonly string[];
  /** r */
  readonly rank: number;
  /** α */
  readonly alpha: number;
  /** Ranks of single modules, by patterns for the end of their names. */
  readonly ranks: Readonly<Record<string, number>>;
  /** α of single modules, by such patterns. */
  readonly alphas: Readonly<Record<string, number>>;
  /** Whether s = α/√r in place of α/r. */
  readonly rootScaling: boolean;
}

/** Entries that change what an adapter computes, each with the values under which it does not. */
const UNSUPPORTED: Readonly<Record<string, readonly unknown[]>> = {
  use_dora: [false],
  use_qalora: [false],
  lora_bias: [false],
  fan_in_fan_out: [false],
  bias: ["none"],
  modules_to_save: [[]],
  trainable_token_indices: [[]],
  target_parameters: [[]],
  layer_replication: [[]],
  alora_invocation_tokens: [[]],
  use_bdlora: [false],
  velora_config: [],
  kasa_config: [],
};

/**
 * Reads the file's contents.
 *
 * @param path of the file, for messages
 * @throws {Deno.errors.InvalidData} when an entry is missing or of another type, or the adapter is of another kind
 */
export function parseAdapterConfig(json: Readonly<Record<string, unknown>>, path: string): AdapterConfig {
  const fail = (reason: string) =>
    new Deno.errors.InvalidData(`${path} is not a LoRA configuration: ${reason}.`);
  if (json.peft_type !== "LORA") throw fail(`its peft_type is ${JSON.stringify(json.peft_type)}, not "LORA"`);
  for (const [name, harmless] of Object.entries(UNSUPPORTED)) {
    const value = JSON.stringify(json[name] ?? null);
    if (value !== "null" && !harmless.some((allowed) => JSON.stringify(allowed) === value)) {
      throw fail(`its entry "${name}": ${value} is not supported`);
    }
  }
  const positive = (name: string, value: unknown): number => {
    if (typeof value === "number" && value > 0) return value;
    throw fail(`"${name}" must be a positive number, found ${JSON.stringify(value)}`);
  };
  const targets = (name: string, value: unknown): AdapterTargets => {
    if (typeof value === "string" || isNames(value)) return value;
    throw fail(`"${name}" must be a list of names or a regular expression, found ${JSON.stringify(value)}`);
  };
  const numbers = (name: string, value: unknown): Record<string, number> =>
    Object.fromEntries(
      Object.entries(value ?? {}).map(([key, number]) => [key, positive(`${name}.${key}`, number)]),
    );
  const layers = [json.layers_to_transform ?? []].flat();
  const lists = [json.layers_pattern ?? []].flat();
  if (!layers.every(Number.isInteger) || !isNames(lists)) {
    throw fail(`"layers_to_transform" must be whole numbers, "layers_pattern" names`);
  }
  return {
    baseModel: typeof json.base_model_name_or_path === "string" ? json.base_model_name_or_path : "",
    taskType: typeof json.task_type === "string" ? json.task_type : null,
    targets: targets("target_modules", json.target_modules),
    excluded: targets("exclude_modules", json.exclude_modules ?? []),
    layers: layers.length === 0 ? null : layers.map(Number),
    layerLists: lists,
    rank: positive("r", json.r),
    alpha: positive("lora_alpha", json.lora_alpha),
    ranks: numbers("rank_pattern", json.rank_pattern),
    alphas: numbers("alpha_pattern", json.alpha_pattern),
    rootScaling: json.use_rslora === true,
  };
}

/** The file's contents, with the entries that PEFT needs. */
export function formatAdapterConfig(config: AdapterConfig): Record<string, unknown> {
  return {
    peft_type: "LORA",
    task_type: config.taskType,
    base_model_name_or_path: config.baseModel,
    inference_mode: true,
    target_modules: config.targets,
    exclude_modules: config.excluded.length > 0 ? config.excluded : null,
    layers_to_transform: config.layers,
    layers_pattern: config.layerLists.length > 0 ? config.layerLists : null,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: 0,
    rank_pattern: config.ranks,
    alpha_pattern: config.alphas,
    use_rslora: config.rootScaling,
    bias: "none",
    fan_in_fan_out: false,
    init_lora_weights: true,
    modules_to_save: null,
  };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
