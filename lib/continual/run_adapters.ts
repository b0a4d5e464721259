/** What a run has learned, as adapters that Python's PEFT loads. @module */
import { readAdapter } from "../models/adapter.ts";
import { type AdapterPair, adapterPair, changePair, stackPairs } from "../models/adapter_pair.ts";
import type { LanguageModel } from "../models/language_model.ts";
import { placesOf } from "../models/layout.ts";
import { moduleShapes } from "../models/target_modules.ts";
import { writeAdapter, type WriteAdapterOptions } from "../models/write_adapter.ts";
import type { AdaptedModel } from "./adapted_model.ts";

/**
 * Writes the pairs of the task that has ended to `adapters/task-<t>` in a run's folder.
 *
 * @returns the folder written; null for a method without pairs
 */
export function saveTaskAdapter(folder: string, adapted: AdaptedModel): string | null {
  const { model, plan: { lora }, task } = adapted;
  if (!lora) return null;
  const shapes = moduleShapes(model.layout);
  const pairs = adapted.storedPairs().map((pair) =>
    adapterPair(pair, { shape: shapes.get(pair.module)!, scaling: lora.scale })
  );
  writeAdapter(taskFolder(folder, task), pairs, optionsOf(model));
  return taskFolder(folder, task);
}

/**
 * Writes to `adapter` in a run's folder all that the run has changed: the pairs of its tasks stacked to one of
 * summed rank for each module, and the changes of weights trained at full rank as pairs of which one factor is the
 * identity. On the base model the adapter computes what the trained model does.
 *
 * @param folder in which {@linkcode saveTaskAdapter} has written every task's pairs
 */
export function saveRunAdapter(folder: string, adapted: AdaptedModel): void {
  const { model, plan: { lora }, task: last } = adapted;
  const first = lora?.adapters === "stack" ? 1 : last;
  const tasks = lora ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  const pairs = stackPairs(tasks.flatMap((task) => readAdapter(taskFolder(folder, task)).pairs));
  writeAdapter(`${folder}/adapter`, [...pairs, ...fullRankChanges(adapted)], optionsOf(model));
}

function taskFolder(folder: string, task: number): string {
  return `${folder}/adapters/task-${task}`;
}

function optionsOf(model: LanguageModel): WriteAdapterOptions {
  const taskType = model.architecture === "t5" ? "SEQ_2_SEQ_LM" : "CAUSAL_LM";
  return { baseModel: model.name, taskType };
}

function* fullRankChanges(adapted: AdaptedModel): Generator<AdapterPair> {
  const { model } = adapted;
  const places = placesOf(model.layout);
  for (const { group: { modules, rows, columns } } of adapted.fullRankGroups) {
    for (const { name: module } of modules) {
      const { weight: { key }, part: { row } } = places.get(`${module}.weight`)!;
      const [after, before] = [adapted.arena.weights, model.weights].map((weights) =>
        weights[key].view([rows, columns], row * columns).readFloats()
      );
      const change = after.map((value, i) => value - before[i]);
      yield changePair({ module, change }, [rows, columns]);
    }
  }
}
