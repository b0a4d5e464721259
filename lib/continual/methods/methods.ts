/** All methods by name. @module */
import { InputError } from "../../errors/input_error.ts";
import type { Method } from "../method.ts";
import type { MethodChoice } from "../method_choice.ts";
import { gorp } from "./gorp.ts";
import type { GorpOptions, Profile, Variant } from "./gorp_options.ts";

/** How each method is made from what is chosen of it. */
export const METHODS: Readonly<Record<string, (choice: Omit<MethodChoice, "method">) => Method>> = {
  gorp: ({ profile, variant, options }) =>
    gorp({
      profile: profile as Profile | undefined,
      variant: variant as Variant | undefined,
      options: options as Partial<GorpOptions> | undefined,
    }),
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
  if (Object.hasOwn(METHODS, method)) return METHODS[method](choice);
  throw new InputError(`There is no method "${method}"; there are ${Object.keys(METHODS).join(", ")}.`);
}

/** Whether another process makes the same method of its choice: not where fields were replaced since. */
export function canBeRemade(method: Method): boolean {
  if (!method.choice) return false;
  const made = methodOf(method.choice);
  const isSameWork = (["startTask", "endTask"] as const).every((name) =>
    `${made[name]}` === `${method[name]}`
  );
  return isSameWork && JSON.stringify(made) === JSON.stringify(method);
}
