/** Whether an adapter belongs to a model. @module */
import { InputError } from "../errors/input_error.ts";
import { type Shape, shapeText } from "../tensor/shape.ts";
import type { Adapter } from "./adapter.ts";
import { adapterTargets } from "./adapter_targets.ts";
import { nearestNamesText } from "./nearest_names.ts";

/**
 * Checks that an adapter belongs to a model: that it has a pair for just the modules that its targets choose there,
 * and that the pairs have the extents of their weights.
 *
 * @param modules shapes `[out, in]` of the model's weights, by module
 * @throws {InputError} naming the module that does not fit
 */
export function requireFittingAdapter(adapter: Adapter, modules: ReadonlyMap<string, Shape>): void {
  const { config, pairs } = adapter;
  const names = [...modules.keys()];
  const made = config.baseModel === "" ? "another model" : `another model (its own is "${config.baseModel}")`;
  for (const { module, outputs, inputs } of pairs) {
    const shape = modules.get(module);
    if (shape === undefined) {
      throw new InputError(
        `The adapter is for ${made}: it adapts module "${module}", which this one lacks; the nearest are ` +
          `${nearestNamesText(names, module)}.`,
      );
    }
    if (shape[0] !== outputs || shape[1] !== inputs) {
      throw new InputError(
        `The adapter is for ${made}: it adapts module "${module}" of shape [${outputs}, ${inputs}], ` +
          `here it has ${shapeText(shape)}.`,
      );
    }
  }
  const present = new Set(pairs.map(({ module }) => module));
  const missing = adapterTargets(config, names).find((module) => !present.has(module));
  if (missing !== undefined) {
    throw new InputError(
      `The adapter is for ${made}: its target modules choose "${missing}" here, for which it has no pair.`,
    );
  }
}
