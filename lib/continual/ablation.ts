/** The rows of an ablation. @module */
import { gorp } from "./methods/gorp.ts";
import { type GorpOptions, type Profile, PROFILES, type Variant, VARIANTS } from "./methods/gorp_options.ts";
import type { Method } from "./method.ts";

/** Which rows an ablation has. */
export interface AblationChoice {
  /** Default: all four. */
  readonly variants?: readonly Variant[];
  /**
   * Default: the variants in `aligned`, and B+L+S in `covariance` as one more row. `all`: the variants in every
   * profile, B once, since it is the same in all.
   */
  readonly profile?: Profile | "all";
  /** Options of GORP that replace those of every profile. */
  readonly options?: Partial<GorpOptions>;
}

/** The rows of an ablation, B first. */
export function ablationMethods(choice: AblationChoice = {}): Method[] {
  const { variants = VARIANTS, profile, options } = choice;
  const chosen = VARIANTS.filter((variant) => variants.includes(variant));
  const row = (profile: Profile, variant: Variant) => gorp({ profile, variant, options });
  if (profile === "all") {
    const ordered: Profile[] = ["aligned", ...PROFILES.filter((other) => other !== "aligned")];
    return ordered.flatMap((each) =>
      chosen.filter((variant) => variant !== "B" || each === "aligned").map((variant) => row(each, variant))
    );
  }
  const rows = chosen.map((variant) => row(variant === "B" ? "aligned" : profile ?? "aligned", variant));
  const extra = profile === undefined && chosen.includes("B+L+S") ? [row("covariance", "B+L+S")] : [];
  return [...rows, ...extra];
}
