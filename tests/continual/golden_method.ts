/** The method of a golden case. @module */
import { gorp } from "../../lib/continual/methods/gorp.ts";
import type { Variant } from "../../lib/continual/methods/gorp_options.ts";
import type { Method } from "../../lib/continual/method.ts";

/** GORP with every switch set as in `config.json`'s names. */
// deno-lint-ignore no-explicit-any -- a case's configuration
export function methodOf(config: any, variant: Variant): Method {
  return gorp({
    profile: config.profile,
    variant,
    options: {
      side: config.side,
      projection: config.projection,
      rankRule: config.rankRule,
      carrySpace: config.carrySpace,
      keepFullRank: config.keepFullRank,
      energyShare: config.energyShare,
      projectionRank: config.k,
      refreshEvery: config.refreshEvery,
      projectionScale: config.alpha,
      loraLearningRate: config.lrLora,
      fullRankLearningRate: config.lrFull,
      beta1: config.beta1,
      beta2: config.beta2,
      eps: config.eps,
      weightDecay: config.weightDecay,
      ...(config.side === "rows" ? { projectInit: false } : {}),
      ...(config.r === undefined ? {} : {
        loraRank: config.r,
        loraAlpha: config.alphaLora,
        projectInit: config.projectInit,
        loraTargets: config.loraModules,
        fullRankTargets: config.fullRankModules,
      }),
    },
  });
}
