/** How methods look in notebooks. @module */
import { displayed, type RichDisplay, tableDisplay } from "../display/rich_display.ts";
import type { Method } from "./method.ts";
import type { GroupRule } from "./training_plan.ts";

/** Lets a method show its options as a table. */
export function displayedMethod(method: Method): Method {
  return displayed(method, methodDisplay);
}

/** Such as "GORP B+L+S" or "O-LoRA". */
export function methodTitle({ name, label }: Pick<Method, "name" | "label">): string {
  return label.startsWith(name) ? label : `${name} ${label}`;
}

/** What is trained by which rules, then every option with its value. */
export function methodDisplay(method: Method): RichDisplay {
  const { profile, lora, fullRank, options } = method;
  const rules: string[][] = [];
  if (lora) {
    rules.push(["LoRA A", ruleText(lora.a)], ["LoRA B", ruleText(lora.b)]);
    if (lora.penalty) rules.push(["LoRA pairs", `penalty of ${lora.penalty.name}`]);
  }
  if (fullRank) rules.push(["full-rank weights", ruleText(fullRank.rule)]);
  const rows = Object.entries(options as Record<string, unknown>).filter(([key]) => key !== "variant")
    .map(([key, value]) => [key, value === null ? "the model's default" : String(value)]);
  return tableDisplay(`${methodTitle(method)}, profile ${profile}`, ["option", "value"], [...rules, ...rows]);
}

/** `project to rank 8, space, adam, at 0.001` */
function ruleText({ subspace, links, learningRate }: GroupRule): string {
  const steps = [...(subspace ? [`project to rank ${subspace.rank}`] : []), ...Object.keys(links)];
  return `${steps.join(", ")}, at ${learningRate}`;
}
