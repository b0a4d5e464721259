/** How far a long run is, live. @module */
import { escapeHtml } from "../display/rich_display.ts";
import { lossPicture } from "./loss_picture.ts";
import type { MediaBundle, Sink } from "./output.ts";
import { currentSink } from "./sink.ts";
import { terminalLine } from "./terminal_line.ts";

/** Milliseconds between two updates. */
const PAUSE = 150;

/** How much work a {@linkcode Progress} stands for. */
export interface ProgressOptions {
  /** In any unit, such as steps; above 0. */
  readonly total: number;
}

/** What an update may say besides how much is done. */
export interface ProgressDetails {
  /** A value to draw a curve of, such as the loss; values that are not finite are left out. */
  readonly loss?: number;
  /** What is going on, such as the task. Where it changes, the curve gets a mark. */
  readonly note?: string;
}

/** One long run, shown in one output of a notebook or one line of a terminal. */
export interface Progress {
  /** Cheap: may be called at every step. `done` is in the unit of the total. */
  update(done: number, details?: ProgressDetails): void;
  /** Says that all so far was done earlier, so that it does not count for the time left. */
  goOn(): void;
  /** Shows the last state, whatever share is done; `note` replaces the last one. Await it. */
  finish(note?: string): Promise<void>;
}

/**
 * Starts to show how far a run is: a bar, the time left, a curve of the loss. In a notebook this is one output
 * that changes; in a program a line of stderr.
 *
 * @param title what runs
 * @throws {RangeError} if the total is not above 0
 *
 * @example A loop with its loss
 * ```ts
 * import { breathe, progress } from "gorp";
 * const shown = progress("Training", { total: 20 });
 * for (let step = 1; step <= 20; step++) {
 *   shown.update(step, { loss: 1 / step, note: "task 1 of 1" });
 *   await breathe();
 * }
 * await shown.finish();
 * ```
 */
export function progress(title: string, { total }: ProgressOptions): Progress {
  if (!(total > 0)) {
    throw new RangeError(`Showing progress of "${title}" needs a total above 0; given ${total}.`);
  }
  const started = performance.now();
  const curve: { done: number; value: number }[] = [];
  const starts: number[] = [];
  let done = 0;
  let doneBefore = 0;
  let note = "";
  let shownAt = -Infinity;
  const sink = currentSink();
  const draw = drawInto(sink);
  const show = (last: boolean) => {
    shownAt = performance.now();
    const seconds = (shownAt - started) / 1000;
    // A notebook that is run to be stored shall not change from run to run.
    const time = sink.kind === "recording"
      ? ""
      : timeText(seconds, last ? undefined : (done - doneBefore) / (total - doneBefore));
    const loss = curve.at(-1)?.value;
    const text = [
      title,
      `${amountText(done)} of ${amountText(total)}`,
      note,
      loss === undefined ? "" : `loss ${loss.toPrecision(3)}`,
      time,
    ];
    draw(
      text.filter((part) => part !== "").join(" · "),
      () => lossPicture({ done, total, curve, starts }),
      last,
    );
  };
  return {
    update(amount, details = {}) {
      if (details.note !== undefined && details.note !== note) {
        if (done > 0 && done < total && starts.at(-1) !== done) starts.push(done);
        note = details.note;
      }
      done = amount;
      if (details.loss !== undefined) curve.push({ done, value: details.loss });
      if (performance.now() - shownAt >= PAUSE) show(false);
    },
    goOn() {
      doneBefore = done;
    },
    async finish(last) {
      if (last !== undefined) note = last;
      show(true);
      await sink.settle();
    },
  };
}

type Draw = (text: string, picture: () => string, last: boolean) => void;

function drawInto(sink: Sink): Draw {
  if (sink.kind === "console") {
    const line = terminalLine();
    return (text, _picture, last) => line(text, last);
  }
  const id = `gorp-progress-${crypto.randomUUID()}`;
  let shown = false;
  return (text, picture) => {
    const source = `data:image/svg+xml;base64,${new TextEncoder().encode(picture()).toBase64()}`;
    const html = `<div>${escapeHtml(text)}<br><img alt="" src="${source}"></div>`;
    const bundle: MediaBundle = { "text/html": html, "text/plain": text };
    if (shown) sink.update(bundle, id);
    else sink.display(bundle, id);
    shown = true;
  };
}

function amountText(amount: number): string {
  return Number.isInteger(amount) ? String(amount) : amount.toPrecision(3);
}

/** Time taken when all is done, else time left once there is something to judge from. */
function timeText(seconds: number, share: number | undefined): string {
  if (share === undefined) return `${clock(seconds)} taken`;
  return share > 0 && seconds > 1 ? `${clock(seconds * (1 - share) / share)} left` : "";
}

function clock(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}
