/** How a model under training looks in notebooks. @module */
import { countText, type RichDisplay, tableDisplay } from "../display/rich_display.ts";
import type { LanguageModel } from "../models/language_model.ts";
import type { LoraPairs } from "../nn/lora_pairs.ts";
import type { FullRankGroup, LoraGroup } from "./weight_groups.ts";

/** What is trained of a model. */
export interface TrainedParts {
  readonly model: LanguageModel;
  readonly task: number;
  readonly loraGroups: readonly LoraGroup[];
  readonly fullRankGroups: readonly FullRankGroup[];
  readonly trainedWeights: number;
}

/** What is trained, by group. */
export function adaptedDisplay(adapted: TrainedParts): RichDisplay {
  const { model, task, loraGroups, fullRankGroups, trainedWeights } = adapted;
  const groups = [
    ...loraGroups.map(({ group, pairs }) => ["LoRA pairs", group, weightsIn(pairs)] as const),
    ...fullRankGroups.map(({ group }) =>
      ["full rank", group, group.modules.length * group.rows * group.columns] as const
    ),
  ];
  const rows = groups.map(([kind, { modules, rows, columns }, weights]) => [
    ...[kind, `${modules.length} of ${rows} × ${columns}`, countText(weights)],
  ]);
  const heading = `"${model.name}" under training, task ${task}, ${
    countText(trainedWeights)
  } weights trained`;
  return tableDisplay(heading, ["group", "modules", "weights"], rows);
}

function weightsIn({ a, b }: LoraPairs): number {
  return a.size + b.size;
}
