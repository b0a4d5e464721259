/** Freeing what submits leave behind in JavaScript. @module */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Submits between two collections, which take about 10 ms each. */
const SUBMITS = 1000;

/**
 * Counts submits, and has V8 collect its garbage now and then.
 *
 * Every submit leaves an encoder, its passes and a command buffer behind: small JavaScript objects that hold memory
 * of the WebGPU implementation, about 3 kB a training step. V8 does not count that memory and, its own heap being
 * small, collects them so seldom that a process grows by tens of megabytes over thousands of steps.
 */
export class Garbage {
  #left = SUBMITS;

  /** To be called after every submit. */
  submitted(): void {
    this.#left -= 1;
    if (this.#left > 0) return;
    this.#left = SUBMITS;
    collect ??= collector();
    collect();
  }
}

let collect: (() => void) | null = null;

/** V8's own collection; nothing where the runtime does not give it. */
function collector(): () => void {
  try {
    setFlagsFromString("--expose-gc");
    return runInNewContext("gc");
  } catch {
    return () => {};
  }
}
