/** The method of a golden case. @module */
import type { Method } from "../continual/method.ts";
import { gorp } from "../continual/methods/gorp.ts";
import { type GorpOptions, type Profile, PROFILES, type Variant } from "../continual/methods/gorp_options.ts";
import type { CaseRecord } from "./golden_case.ts";

/** The library's names of the switches, and the cases' where those differ. */
const NAMES: Readonly<Partial<Record<keyof GorpOptions, string>>> = {
  projectionRank: "k",
  projectionScale: "alpha",
  loraRank: "r",
  loraAlpha: "alphaLora",
  loraLearningRate: "lrLora",
  fullRankLearningRate: "lrFull",
  loraTargets: "loraModules",
  fullRankTargets: "fullRankModules",
};
const SAME: readonly (keyof GorpOptions)[] = [
  ...["adapters", "spaceSource", "side", "projection", "carrySpace", "keepFullRank"] as const,
  ...["rankRule", "energyShare", "projectInit", "refreshEvery"] as const,
  ...["beta1", "beta2", "eps", "weightDecay"] as const,
];

/**
 * GORP with every switch that a case names; what it does not name is the profile's.
 *
 * @param form of the LoRA pairs, which must not change what comes out
 */
export function goldenMethod(
  config: CaseRecord["config"],
  variant: Variant,
  form?: GorpOptions["loraForm"],
): Method {
  const names = [...SAME.map((name) => [name, name]), ...Object.entries(NAMES)];
  const options = Object.fromEntries(
    names.map(([ours, theirs]) => [ours, config[theirs]]).filter(([, value]) => value !== undefined),
  );
  // A fresh A can only be projected where S lives in its input space.
  if (options.side === "rows") options.projectInit ??= false;
  const profile = PROFILES.find((known) => known === config.profile) ?? "aligned" as Profile;
  return gorp({ profile, variant, options: { ...options, ...form ? { loraForm: form } : {} } });
}
