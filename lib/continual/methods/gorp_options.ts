/** Profiles and options of GORP: every difference between the paper and the released code is a switch. @module */
import { InputError } from "../../errors/input_error.ts";
import type { ProjectionForm } from "../../projection/low_rank_projector.ts";
import type { RankRule } from "../../projection/rank_rule.ts";
import type { Side } from "../../projection/shared_space.ts";
import type { LoraForm } from "../training_plan.ts";

/** `paper`: the formulas as published. `released`: what the public code does when run. `aligned`: S where it
 * protects what old tasks feed into a layer. `covariance`: aligned, with S from the gradient covariance. */
export type Profile = "paper" | "released" | "aligned" | "covariance";

/** The ablations: LoRA alone, with full-rank weights (L), with the shared space (S), with both. */
export type Variant = "B" | "B+L" | "B+S" | "B+L+S";

/** All profiles, in the order in which they are shown. */
export const PROFILES: readonly Profile[] = ["paper", "released", "aligned", "covariance"];

/** All variants, in the order in which they are shown. */
export const VARIANTS: readonly Variant[] = ["B", "B+L", "B+S", "B+L+S"];

/** Every switch and number of the method. */
export interface GorpOptions {
  /** `stack`: a fresh pair for each task on top of the frozen earlier ones; `single`: one pair, trained on. */
  readonly adapters: "stack" | "single";
  /** What S is measured from. */
  readonly spaceSource: "first-moment" | "covariance";
  /**
   * Columns of the sketch that stands for the covariance where it is wider; null: the covariance itself up to a width of
   * 1024, 256 columns beyond.
   */
  readonly covarianceColumns: number | null;
  readonly side: Side;
  readonly projection: ProjectionForm;
  /** Whether S lives on from task to task. */
  readonly carrySpace: boolean;
  /** Whether full-rank updates live on after their task. */
  readonly keepFullRank: boolean;
  readonly rankRule: RankRule;
  /** ε */
  readonly energyShare: number;
  /** Whether a fresh A starts without its part in S (side `features` only). */
  readonly projectInit: boolean;
  /** r */
  readonly loraRank: number;
  /** α_lora; the scale is α_lora / r. */
  readonly loraAlpha: number;
  /**
   * `merged`: the pairs are added to copies of their weights; `factored`: they stand beside them, for wide layers;
   * `auto`: whichever suits the model (see `chooseLoraForm`).
   */
  readonly loraForm: LoraForm | "auto";
  /** Probability of dropout on what the pairs read while training; published 0.1. */
  readonly loraDropout: number;
  readonly loraLearningRate: number;
  readonly fullRankLearningRate: number;
  /** k, the rank of projected gradients. */
  readonly projectionRank: number;
  /** T, steps between two refreshes of the projection. */
  readonly refreshEvery: number;
  /** α, the factor of full-rank updates. */
  readonly projectionScale: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  /** After each update `W ← W − lr · decay · W`. */
  readonly weightDecay: number;
  /** Pattern of the modules with LoRA pairs; null for the model's default. */
  readonly loraTargets: string | null;
  /** Pattern of the modules trained at full rank; null for the model's default. */
  readonly fullRankTargets: string | null;
}

const DEFAULTS: GorpOptions = {
  adapters: "stack",
  spaceSource: "first-moment",
  covarianceColumns: null,
  side: "features",
  projection: "input-preserving",
  carrySpace: true,
  keepFullRank: true,
  rankRule: "reach",
  energyShare: 0.9,
  projectInit: true,
  loraRank: 8,
  loraAlpha: 32,
  loraForm: "auto",
  loraDropout: 0,
  loraLearningRate: 1e-3,
  fullRankLearningRate: 1e-3,
  projectionRank: 8,
  refreshEvery: 10,
  projectionScale: 1,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-6,
  weightDecay: 0,
  loraTargets: null,
  fullRankTargets: null,
};

/** The names of all options. */
export const GORP_OPTION_NAMES: readonly string[] = Object.keys(DEFAULTS);

const PROFILE_OPTIONS: Readonly<Record<Profile, Partial<GorpOptions>>> = {
  paper: { side: "rows", projection: "two-sided", projectInit: false },
  released: {
    side: "rows",
    projection: "one-sided",
    carrySpace: false,
    keepFullRank: false,
    rankRule: "stop-before",
    projectInit: false,
  },
  aligned: {},
  covariance: { spaceSource: "covariance", energyShare: 0.95 },
};

const CHOICES: Readonly<Partial<Record<keyof GorpOptions, readonly string[]>>> = {
  adapters: ["stack", "single"],
  loraForm: ["auto", "merged", "factored"],
  spaceSource: ["first-moment", "covariance"],
  side: ["rows", "features"],
  projection: ["one-sided", "two-sided", "input-preserving"],
  rankRule: ["reach", "stop-before"],
};

/** Options that must be whole numbers of at least one. */
const COUNTS: readonly (keyof GorpOptions)[] = [
  ...["loraRank", "projectionRank", "refreshEvery", "covarianceColumns"] as const,
];

/**
 * The options of a profile, with some replaced.
 *
 * @throws {InputError} naming the option that is out of range, or contradicts another
 *
 * @example The published form with another energy share
 * ```ts
 * import { gorpOptions } from "gorp";
 * const options = gorpOptions("paper", { energyShare: 0.95 });
 * if (options.side !== "rows") throw new Error(options.side);
 * ```
 */
export function gorpOptions(profile: Profile, overrides: Partial<GorpOptions> = {}): GorpOptions {
  if (!PROFILES.includes(profile)) {
    throw new InputError(`Unknown profile "${profile}"; the profiles are ${PROFILES.join(", ")}.`);
  }
  const options = { ...DEFAULTS, ...PROFILE_OPTIONS[profile], ...overrides };
  for (const [name, value] of Object.entries(options)) checkOption(name as keyof GorpOptions, value);
  if (options.projectInit && options.side === "rows") {
    throw new InputError(
      'projectInit needs side "features": on side "rows" S does not live in the input space.',
    );
  }
  if (options.loraForm === "merged" && options.loraDropout > 0) {
    throw new InputError(
      "loraForm=merged cannot drop what the pairs alone read; choose loraForm=factored, or loraDropout=0.",
    );
  }
  return options;
}

function checkOption(name: keyof GorpOptions, value: unknown): void {
  if (!Object.hasOwn(DEFAULTS, name)) {
    throw new InputError(
      `GORP has no option "${name}"; its options are ${Object.keys(DEFAULTS).join(", ")}.`,
    );
  }
  if (name === "covarianceColumns" && value === null) return;
  const expected = name === "covarianceColumns" ? 1 : DEFAULTS[name];
  if (CHOICES[name]) {
    if (CHOICES[name].includes(value as string)) return;
    throw new InputError(`${name} must be one of ${CHOICES[name].join(", ")}; "${value}" was given.`);
  }
  if (expected === null ? value !== null && typeof value !== "string" : typeof value !== typeof expected) {
    throw new InputError(
      `${name} must be a ${expected === null ? "pattern" : typeof expected}; ${value} was given.`,
    );
  }
  if (typeof value !== "number") return;
  if (COUNTS.includes(name) && (!Number.isInteger(value) || value < 1)) {
    throw new InputError(`${name} must be a whole number of at least 1; ${value} was given.`);
  }
  if (!(value >= 0) || !Number.isFinite(value)) {
    throw new InputError(`${name} must be at least 0; ${value} was given.`);
  }
  if (name === "loraDropout" && value >= 1) {
    throw new InputError(`loraDropout must be below 1; ${value} was given.`);
  }
  if (name === "energyShare" && value > 1) {
    throw new InputError(`energyShare must be at most 1; ${value} was given.`);
  }
}
