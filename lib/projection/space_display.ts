/** How shared spaces look in notebooks. @module */
import { linesDisplay, type RichDisplay } from "../display/rich_display.ts";
import type { Dense } from "../linalg/dense.ts";

/** What is shown of a space. */
export interface ShownSpace {
  readonly dimension: number;
  readonly basis: Dense;
  readonly measured: boolean;
}

const BAR = 32;

/** How much of its dimensions a space has taken, as a number and as a bar. */
export function spaceDisplay({ dimension, basis, measured }: ShownSpace): RichDisplay {
  const { columns } = basis;
  const filled = Math.round(BAR * columns / Math.max(1, dimension));
  const left = `${dimension - columns} left to learn in`;
  return linesDisplay([
    `Shared space: ${columns} of ${dimension} directions taken, ${left}`,
    `${"█".repeat(filled)}${"░".repeat(BAR - filled)}`,
    ...(measured ? [] : ["no task has been measured yet"]),
  ]);
}
