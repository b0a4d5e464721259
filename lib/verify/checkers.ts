/** The checkers by kind. @module */
import type { Checker } from "./checker.ts";
import { checkAccumulation } from "./kinds/accumulation.ts";
import { checkAdam } from "./kinds/adam.ts";
import { checkLlama } from "./kinds/llama.ts";
import { checkLora } from "./kinds/lora.ts";
import { checkMetrics } from "./kinds/metrics.ts";
import { checkOptimizer } from "./kinds/optimizer.ts";
import { checkPrincipalAngles } from "./kinds/principal_angles.ts";
import { checkPrompt } from "./kinds/prompt.ts";
import { checkRegularizer } from "./kinds/regularizer.ts";
import { checkSharedSpace } from "./kinds/shared_space.ts";
import { checkSvd } from "./kinds/svd.ts";
import { checkT5 } from "./kinds/t5.ts";
import { checkTokenizer } from "./kinds/tokenizer.ts";
import { checkTrajectory } from "./kinds/trajectory.ts";

/** One checker a kind of golden case. */
export const CHECKERS: Readonly<Record<string, Checker>> = {
  svd: checkSvd,
  adam: checkAdam,
  "principal-angles": checkPrincipalAngles,
  "shared-space": checkSharedSpace,
  optimizer: checkOptimizer,
  t5: checkT5,
  llama: checkLlama,
  lora: checkLora,
  trajectory: checkTrajectory,
  accumulation: checkAccumulation,
  metrics: checkMetrics,
  tokenizer: checkTokenizer,
  prompt: checkPrompt,
  regularizer: checkRegularizer,
};
