/** Methods that train LoRA pairs alone: GORP's variant B with other adapters, or with a penalty. @module */
import { InputError } from "../../errors/input_error.ts";
import type { Method } from "../method.ts";
import { displayedMethod } from "../method_display.ts";
import type { PairPenalty } from "../pair_penalty.ts";
import { gorp } from "./gorp.ts";
import type { GorpOptions } from "./gorp_options.ts";
import type { MethodOptions, OptionValues } from "./method_option.ts";

/** The options that such methods share with GORP. */
export const LORA_OPTION_NAMES = [
  ...["loraRank", "loraAlpha", "loraForm", "loraDropout", "loraLearningRate", "loraTargets"] as const,
  ...["beta1", "beta2", "eps", "weightDecay"] as const,
];

/** The same with their values. */
export type LoraOptions = Pick<GorpOptions, (typeof LORA_OPTION_NAMES)[number]>;

/** What such a method is, whatever its options are. */
export interface LoraMethodKind<Own extends MethodOptions> {
  /** Under which it is asked for, such as "o-lora". */
  readonly id: string;
  /** In tables, such as "O-LoRA". */
  readonly name: string;
  /** In one line, for the command line. */
  readonly summary: string;
  readonly adapters: GorpOptions["adapters"];
  /** The options that it has beside {@linkcode LORA_OPTION_NAMES}. */
  readonly own: Own;
  /** The penalty that the options ask for; none by default. */
  readonly penalty?: (options: OptionValues<Own>) => PairPenalty;
  /** What stands in brackets behind its name; by default nothing. */
  readonly form?: (options: OptionValues<Own>) => string | null;
}

/**
 * Makes a method of such a kind. Its effective options, by which runs are named, are its own and those of LoRA.
 *
 * @throws {InputError} naming an option that it does not have, or one out of range
 */
export function loraMethod<Own extends MethodOptions>(
  kind: LoraMethodKind<Own>,
  given: Readonly<Record<string, unknown>> = {},
): Method {
  const names = optionNames(kind);
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`${kind.name} has no option "${unknown}"; its options are ${names.join(", ")}.`);
  }
  const own = Object.fromEntries(
    Object.entries(kind.own).map(([name, { initial, read }]) => [
      name,
      given[name] === undefined ? initial : read(given[name], name),
    ]),
  ) as OptionValues<Own>;
  const shared = Object.fromEntries(Object.entries(given).filter(([name]) => !(name in kind.own)));
  const base = gorp({ variant: "B", options: { adapters: kind.adapters, ...shared } });
  const { variant: _, ...options } = base.options as Record<string, unknown>;
  const form = kind.form?.(own) ?? null;
  return displayedMethod({
    ...base,
    name: kind.name,
    variant: "all",
    profile: form ?? "published",
    label: form === null ? kind.name : `${kind.name} (${form})`,
    options: { ...own, ...options },
    choice: { method: kind.id, options: given },
    lora: { ...base.lora!, penalty: kind.penalty?.(own) },
  });
}

/** The names of all options of a kind, its own first. */
export function optionNames({ own }: Pick<LoraMethodKind<MethodOptions>, "own">): string[] {
  return [...Object.keys(own), ...LORA_OPTION_NAMES];
}
