/** Stopping a loop from outside: the Stop button of a notebook, Ctrl-C in a terminal. @module */
import { setImmediate } from "node:timers";

/**
 * Nothing tells that a cell which failed has ended. So a stop counts for this many milliseconds after it, or
 * after the last breath of what goes on, unless the end of the cell is seen before.
 */
const STOP_LASTS = 2000;

/** Milliseconds between two chances for signals, timers and output. */
const BREATH = 50;

/** The event loop looks for signals only once in 61 turns while there is other work. */
const TURNS = 64;

// A process has one Stop button, hence these belong to the process.
let controller = new AbortController();
let listening = false;
let handedOut = false;
let stopped = -Infinity;
let lastBreath = -Infinity;

/**
 * The signal that Stop (in a notebook) or Ctrl-C (in a program) aborts. Ask for it anew for each run: after a
 * stop, all runs of the same cell see it aborted, those of later cells do not. In a program the second Ctrl-C
 * ends the process.
 *
 * A loop sees the stop only if it lets go of the thread now and then: see {@linkcode breathe}.
 *
 * @returns a signal that is aborted with an `AbortError`
 *
 * @example A loop that Stop ends, keeping what it has
 * ```ts
 * import { breathe, interruptSignal } from "gorp";
 * const signal = interruptSignal();
 * let steps = 0;
 * while (steps < 1000 && !signal.aborted) {
 *   steps++;
 *   await breathe();
 * }
 * console.log(steps);
 * ```
 */
export function interruptSignal(): AbortSignal {
  listenForStop();
  if (controller.signal.aborted && performance.now() - stopped > STOP_LASTS) renewInterrupt();
  handedOut = true;
  return controller.signal;
}

/**
 * Lets signals, timers and output have their turn, for half a millisecond at most every 50 ms. Await it once a
 * step in every long loop.
 */
export async function breathe(): Promise<void> {
  const now = performance.now();
  if (now - lastBreath < BREATH) return;
  if (controller.signal.aborted) stopped = now;
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => void setImmediate(resolve));
  lastBreath = performance.now();
}

/**
 * Catches the signal of Stop and Ctrl-C, which would otherwise end the process.
 *
 * @param onFutileStop called when nothing has asked for {@linkcode interruptSignal}; without it, or at a second
 * stop, the process ends
 */
export function listenForStop(onFutileStop?: () => void): void {
  if (listening) return;
  listening = true;
  Deno.addSignalListener("SIGINT", () => {
    if (onFutileStop === undefined && controller.signal.aborted) Deno.exit(130);
    if (!handedOut) onFutileStop?.();
    stopped = performance.now();
    controller.abort(new DOMException("Stopped.", "AbortError"));
  });
}

/** Starts afresh: a stop that has happened counts no more. */
export function renewInterrupt(): void {
  if (controller.signal.aborted) controller = new AbortController();
  handedOut = false;
}
