/** Commands on their way to the device. @module */
import { type Command, encode } from "./command.ts";
import { Garbage } from "./garbage.ts";
import type { Profiler } from "./profiler.ts";

/** Submit when this many commands are waiting, so that the device works while more are recorded. */
const FLUSH_AT = 256;

/** Collects commands and submits them in order, many at a time. */
export class CommandQueue {
  /** Times every launch while it is set. */
  profiler: Profiler | null = null;
  readonly #device: GPUDevice;
  readonly #garbage = new Garbage();
  #pending: Command[] = [];

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Queues one command. */
  add(command: Command): void {
    this.#pending.push(command);
    if (this.#pending.length >= FLUSH_AT) this.flush();
  }

  /** Queues a list of commands to be submitted together. */
  append(commands: readonly Command[]): void {
    for (const command of commands) this.#pending.push(command);
  }

  /** Submits everything queued so far. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const commands = this.#pending;
    this.#pending = [];
    const encoder = this.#device.createCommandEncoder();
    encode(encoder, commands, this.profiler?.timer);
    this.#device.queue.submit([encoder.finish()]);
    this.profiler?.collect();
    this.#garbage.submitted();
  }

  /** Forgets everything queued so far. */
  clear(): void {
    this.#pending = [];
  }
}
