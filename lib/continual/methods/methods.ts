/** All methods by name. @module */
import { InputError } from "../../errors/input_error.ts";
import type { Method } from "../method.ts";
import type { MethodChoice } from "../method_choice.ts";
import { C_LORA } from "./clora.ts";
import { gorp } from "./gorp.ts";
import { GORP_OPTION_NAMES, type GorpOptions, type Profile, type Variant } from "./gorp_options.ts";
import { INC_LORA } from "./inc_lora.ts";
import { loraMethod, type LoraMethodKind, optionNames } from "./lora_method.ts";
import type { MethodOptions } from "./method_option.ts";
import { N_LORA } from "./n_lora.ts";
import { O_LORA } from "./o_lora.ts";
import { SEQ_LORA } from "./seq_lora.ts";

/** How a method is made from what is chosen of it. */
export interface NamedMethod {
  /** What it does, in one line. */
  readonly summary: string;
  readonly optionNames: readonly string[];
  /** @throws {InputError} for a choice that it does not have */
  make(choice: Omit<MethodChoice, "method">): Method;
}

/** All methods, in the order in which they are listed. */
export const METHODS: Readonly<Record<string, NamedMethod>> = {
  gorp: {
    summary: "low-rank projected gradients and a shared space; profiles and variants as in ./gorp ablate",
    optionNames: GORP_OPTION_NAMES,
    make: ({ profile, variant, options }) =>
      gorp({
        profile: profile as Profile | undefined,
        variant: variant as Variant | undefined,
        options: options as Partial<GorpOptions> | undefined,
      }),
  },
  ...named(SEQ_LORA),
  ...named(INC_LORA),
  ...named(O_LORA),
  ...named(N_LORA),
  ...named(C_LORA),
};

/**
 * The method of a choice.
 *
 * @throws {InputError} for a name that is none of {@linkcode METHODS}, and what the method itself throws
 *
 * @example LoRA alone
 * ```ts
 * import { methodOf } from "gorp";
 * if (methodOf({ method: "gorp", variant: "B" }).fullRank !== null) throw new Error("unexpected");
 * ```
 */
export function methodOf({ method, ...choice }: MethodChoice): Method {
  if (Object.hasOwn(METHODS, method)) return METHODS[method].make(choice);
  throw new InputError(`There is no method "${method}"; there are ${Object.keys(METHODS).join(", ")}.`);
}

/** Whether another process makes the same method of its choice: not where fields were replaced since. */
export function canBeRemade(method: Method): boolean {
  if (!method.choice) return false;
  const made = methodOf(method.choice);
  return workOf(made) === workOf(method) && JSON.stringify(made) === JSON.stringify(method);
}

/** The functions of a method, as they are written. */
function workOf({ startTask, endTask, lora }: Method): string {
  return [startTask, endTask, ...Object.values(lora?.penalty ?? {})].join("\n");
}

/** A method without profiles and variants. */
function named<Own extends MethodOptions>(kind: LoraMethodKind<Own>): Readonly<Record<string, NamedMethod>> {
  const { id, name, summary } = kind;
  const make: NamedMethod["make"] = ({ profile, variant, options }) => {
    if (profile === undefined && variant === undefined) return loraMethod(kind, options);
    const chosen = profile === undefined ? `variant "${variant}"` : `profile "${profile}"`;
    throw new InputError(`${name} has no ${chosen}: profiles and variants are GORP's.`);
  };
  return { [id]: { summary, optionNames: optionNames(kind), make } };
}
