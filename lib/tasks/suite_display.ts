/** How tasks and suites look in notebooks. @module */
import {
  countText,
  displayed,
  escapeHtml,
  htmlTable,
  type RichDisplay,
  textTable,
} from "../display/rich_display.ts";
import type { Suite } from "./suite.ts";
import type { Example, Task } from "./task.ts";

const SAMPLES = 3;
const LONGEST = 300;

/** Lets a suite and its tasks show themselves. */
export function displayedSuite(suite: Suite): Suite {
  for (const task of suite.tasks) displayed(task, taskDisplay);
  return displayed(suite, suiteDisplay);
}

/** Name, labels, sizes and a few prompts with their answers. */
export function taskDisplay(task: Task): RichDisplay {
  const { name, type, labels } = task;
  const heading = `Task "${name}" (${type}): ${sizesText(task)}`;
  const answers = `labels: ${labels.slice(0, 20).join(", ")}${labels.length > 20 ? ", …" : ""}`;
  const samples = (task.train.length > 0 ? task.train : task.test).slice(0, SAMPLES);
  return {
    "text/plain": [
      heading,
      answers,
      ...samples.flatMap(({ source, label }) => ["", shortened(source), `→ ${label}`]),
    ].join("\n"),
    "text/html": `<div><b>${escapeHtml(heading)}</b><br>${escapeHtml(answers)}${samplesHtml(samples)}</div>`,
  };
}

/** What the suite is, its tasks in order, and the first prompt of each. */
export function suiteDisplay({ name, description, tasks }: Suite): RichDisplay {
  const heading = `Suite "${name}", ${tasks.length} tasks in order`;
  const header = ["task", "type", "labels", "train", "dev", "test"];
  const rows = tasks.map(({ name, type, labels, train, dev, test }) => [
    ...[name, type, countText(labels.length), countText(train.length), countText(dev.length)],
    countText(test.length),
  ]);
  const samples = tasks.flatMap(({ train }) => train.slice(0, 1)).slice(0, SAMPLES);
  return {
    "text/plain": [
      heading,
      description,
      textTable(header, rows),
      ...samples.flatMap(({ source, label }) => ["", shortened(source), `→ ${label}`]),
    ].join("\n"),
    "text/html":
      `<div><b>${escapeHtml(heading)}</b><br>${escapeHtml(description)}${htmlTable(header, rows)}` +
      `${samplesHtml(samples)}</div>`,
  };
}

function sizesText({ train, dev, test }: Task): string {
  return `${countText(train.length)} rows to train, ${countText(dev.length)} dev, ${
    countText(test.length)
  } test`;
}

function samplesHtml(samples: readonly Example[]): string {
  return samples.map(({ source, label }) =>
    `<pre style="margin:6px 0;white-space:pre-wrap">${escapeHtml(shortened(source))}\n→ <b>${
      escapeHtml(label)
    }</b></pre>`
  ).join("");
}

function shortened(text: string): string {
  const characters = [...text];
  if (characters.length <= LONGEST) return text;
  return `${characters.slice(0, LONGEST - 80).join("")} … ${characters.slice(-80).join("")}`;
}
