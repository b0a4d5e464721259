/** GORP as a value: which weights, which rules, and how the shared space grows. @module */
import { InputError } from "../../errors/input_error.ts";
import { transpose } from "../../linalg/dense.ts";
import { readMatrices } from "../../linalg/read_matrices.ts";
import { adam, type AdamState } from "../../optim/adam.ts";
import type { Links } from "../../optim/transformation.ts";
import { accumulateCovariance } from "../../projection/accumulate_covariance.ts";
import type { CovarianceSource } from "../../projection/gradient_covariance.ts";
import { removeSharedSpace, type SpaceState } from "../../projection/remove_shared_space.ts";
import { growSpace } from "../../projection/shared_space.ts";
import { removeSpace } from "../../projection/space_removal.ts";
import { copyInto } from "../../tensor/tensor.ts";
import type { AdaptedModel } from "../adapted_model.ts";
import type { LayerReport, Method } from "../method.ts";
import { displayedMethod } from "../method_display.ts";
import { layerNames, type RuleState } from "../weight_groups.ts";
import { type GorpOptions, gorpOptions, type Profile, type Variant, VARIANTS } from "./gorp_options.ts";

/** Which form of GORP, and anything that differs from it. */
export interface GorpChoice {
  /** Default `aligned`. */
  readonly profile?: Profile;
  /** Default `B+L+S`. */
  readonly variant?: Variant;
  /** Options that replace the profile's. */
  readonly options?: Partial<GorpOptions>;
}

/**
 * GORP (ACL 2025), or one of its ablations.
 *
 * | group | rule |
 * |---|---|
 * | loraB | Adam |
 * | loraA | remove S, Adam |
 * | fullRank | project to a small space, remove S, Adam, project back |
 *
 * An ablation leaves out the full-rank group (L) or the removal (S). At each task's end S grows by the left
 * singular vectors of Adam's first moment, or of the root of the gradients' covariance.
 *
 * @throws {InputError} for an unknown profile, variant or option, or one out of range
 *
 * @example The ablation without the shared space
 * ```ts
 * import { gorp } from "gorp";
 * const method = gorp({ variant: "B+L" });
 * if (method.label !== "B+L" || method.fullRank === null) throw new Error("unexpected");
 * ```
 */
export function gorp(choice: GorpChoice = {}): Method {
  const { profile = "aligned", variant = "B+L+S" } = choice;
  if (!VARIANTS.includes(variant)) {
    throw new InputError(`Unknown variant "${variant}"; the variants are ${VARIANTS.join(", ")}.`);
  }
  const options = gorpOptions(profile, choice.options);
  const useSpace = variant.endsWith("+S");
  const protectedLinks = useSpace ? spaceLinks(options) : {};
  const { beta1, beta2, eps, weightDecay, loraLearningRate } = options;
  const moments = { adam: adam({ beta1, beta2, eps }) };
  return displayedMethod({
    name: "GORP",
    variant,
    profile,
    label: profile === "aligned" || variant === "B" ? variant : `${variant} (${profile})`,
    adam: { beta1, beta2, eps },
    options: effectiveOptions(variant, options),
    choice: { method: "gorp", profile, variant, options: choice.options },
    lora: {
      targets: options.loraTargets,
      rank: options.loraRank,
      scale: options.loraAlpha / options.loraRank,
      adapters: options.adapters,
      form: options.loraForm,
      dropout: options.loraDropout,
      a: { links: { ...protectedLinks, ...moments }, learningRate: loraLearningRate, weightDecay },
      b: { links: moments, learningRate: loraLearningRate, weightDecay },
    },
    fullRank: !variant.includes("+L") ? null : {
      targets: options.fullRankTargets,
      keep: options.keepFullRank,
      rule: {
        subspace: {
          form: options.projection,
          rank: options.projectionRank,
          refreshEvery: options.refreshEvery,
          scale: options.projectionScale,
        },
        links: { ...protectedLinks, ...moments },
        learningRate: options.fullRankLearningRate,
        weightDecay,
      },
    },
    startTask: useSpace && options.projectInit && options.adapters === "stack"
      ? projectFreshAdapters
      : undefined,
    endTask: useSpace ? (model) => ({ layers: growSpaces(model, options) }) : undefined,
  });
}

/** `accumulate C (before S is removed), remove S`. */
function spaceLinks(options: GorpOptions): Links {
  const { side, carrySpace: carry, covarianceColumns: columns } = options;
  const space = removeSharedSpace({ side, carry });
  if (options.spaceSource !== "covariance") return { space };
  return { covariance: accumulateCovariance(side, { columns }), space };
}

/** `A ← A (I − S Sᵀ)`: what old tasks feed into a layer passes a fresh A as nearly zero. */
function projectFreshAdapters(model: AdaptedModel): void {
  for (const { pairs, a } of model.loraGroups) {
    const { basis } = a.links.space as SpaceState;
    if (basis) copyInto(removeSpace(pairs.a, basis, "features"), pairs.a);
  }
}

/** Grows every shared space from what its task left behind. */
function growSpaces(model: AdaptedModel, options: GorpOptions): LayerReport[] {
  return [
    ...model.loraGroups.flatMap(({ a, group }) => growGroup(a, layerNames(group, ":A"), options)),
    ...model.fullRankGroups.flatMap(({ state, group }) => growGroup(state, layerNames(group), options)),
  ];
}

function growGroup(state: RuleState, layers: readonly string[], options: GorpOptions): LayerReport[] {
  const space = state.links.space as SpaceState;
  const kind = options.spaceSource;
  const covariance = state.links.covariance as CovarianceSource | undefined;
  const source = covariance?.tensor ?? (state.links.adam as AdamState).firstMoment;
  const growths = readMatrices(source).map((matrix, i) => {
    if (covariance) return covariance.grow(space.spaces[i], matrix, options);
    return growSpace(space.spaces[i], options.side === "features" ? transpose(matrix) : matrix, options);
  });
  space.set(growths.map((growth) => growth.space));
  return growths.map(({ space: grown, added, spectrum, heldBefore }, i) => ({
    layer: layers[i],
    kind,
    columns: grown.basis.columns,
    capacity: grown.dimension,
    added,
    heldBefore,
    spectrum: new Float32Array(spectrum),
  }));
}

function isSketchAsked({ spaceSource, covarianceColumns }: GorpOptions): boolean {
  return spaceSource === "covariance" && covarianceColumns !== null;
}

/** The options that act in a variant: runs of B are the same in every profile, and share a name. */
function effectiveOptions(
  variant: Variant,
  options: GorpOptions,
): Partial<GorpOptions> & { variant: Variant } {
  const space: (keyof GorpOptions)[] = [
    "spaceSource",
    "covarianceColumns",
    "side",
    "carrySpace",
    "rankRule",
    "energyShare",
    "projectInit",
  ];
  const fullRank: (keyof GorpOptions)[] = [
    ...["projection", "keepFullRank", "fullRankLearningRate", "projectionRank"] as const,
    ...["refreshEvery", "projectionScale", "fullRankTargets"] as const,
  ];
  // Left out where they change nothing, so that runs from before they were options keep their names.
  const later: (keyof GorpOptions)[] = [
    ...options.loraDropout === 0 ? ["loraDropout"] as const : [],
    ...options.loraForm === "auto" ? ["loraForm"] as const : [],
    ...isSketchAsked(options) ? [] : ["covarianceColumns"] as const,
  ];
  const inert = [
    ...later,
    ...(variant.endsWith("+S") ? [] : space),
    ...(variant.includes("+L") ? [] : fullRank),
  ];
  const kept = Object.entries(options).filter(([name]) => !inert.includes(name as keyof GorpOptions));
  return { variant, ...Object.fromEntries(kept) };
}
