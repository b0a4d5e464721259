/** Letting other work have its turn during a long loop. @module */
import { setImmediate } from "node:timers/promises";

/** How long a loop may go on before other work gets a turn, in milliseconds. */
const PAUSE = 50;

/** While there is other work, Deno looks for signals only about every 61 turns of its event loop. */
const TURNS = 64;

/**
 * Gives signals, timers and output a turn at most every 50 ms, which costs about 0.3 ms. Await it once a step;
 * each loop has one of its own.
 */
export class EventLoopTurn {
  #last = performance.now();

  /** Yields when it is time to. */
  async give(): Promise<void> {
    if (performance.now() - this.#last < PAUSE) return;
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
    this.#last = performance.now();
  }
}
