/** In which form LoRA pairs take part. @module */
import type { LanguageModel } from "../models/language_model.ts";
import { elementCount } from "../tensor/shape.ts";
import type { LoraForm, LoraPlan } from "./training_plan.ts";

/** Bytes of copies up to which pairs are merged unless the plan says otherwise: 256 MiB. */
export const MOST_COPIED: number = 2 ** 28;

/**
 * The form of a plan's pairs. Under dropout they are factored, since they read another input than their weights; left
 * open (`auto`), also where their weights are packed in float16, and where two copies of those in float32 would
 * take more than {@linkcode MOST_COPIED}.
 *
 * @param names of the modules with pairs
 */
export function chooseLoraForm(
  { layout, weights }: LanguageModel,
  { form = "auto", dropout = 0 }: LoraPlan,
  names: ReadonlySet<string>,
): LoraForm {
  if (dropout > 0) return "factored";
  if (form !== "auto") return form;
  const held = layout.filter(({ parts }) =>
    parts.some(({ name }) => names.has(name.replace(/\.weight$/, "")))
  );
  const copied = held.reduce((sum, { shape }) => sum + 2 * 4 * elementCount(shape), 0);
  const isPacked = held.some(({ key }) => weights[key].dtype === "f16");
  return isPacked || copied > MOST_COPIED ? "factored" : "merged";
}
