/** How far a run is, as a plain value that passes from process to process. @module */
import type { RunEvent } from "./run_events.ts";

/** What someone who waits for a run wants to know. Tasks and steps count from 1. */
export type RunProgress =
  | {
    readonly kind: "training";
    readonly task: number;
    /** Steps of the task that are done. */
    readonly step: number;
    /** The latest loss; null before the first, and where it is not finite. */
    readonly loss: number | null;
  }
  | Extract<RunEvent, { kind: "testing" }>
  | { readonly kind: "warning"; readonly text: string }
  /** Its process has ended without being told to; there will be no more of it. */
  | { readonly kind: "lost"; readonly text: string };

/** What an event says about a run's progress, if anything. */
export function progressOf(event: RunEvent): RunProgress | null {
  switch (event.kind) {
    case "taskStarted":
      return { kind: "training", task: event.task, step: event.stepsDone, loss: null };
    case "steps": {
      const loss = event.losses.at(-1)!;
      const step = event.first + event.losses.length - 1;
      return { kind: "training", task: event.task, step, loss: Number.isFinite(loss) ? loss : null };
    }
    case "testing":
      return event;
    case "tested": {
      const { afterTask, task, answers: { length } } = event;
      return { kind: "testing", afterTask, task, rows: length, total: length };
    }
    case "warning":
      return { kind: "warning", text: event.text };
    default:
      return null;
  }
}
