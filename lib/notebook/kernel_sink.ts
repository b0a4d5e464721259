/** Output of a cell in a live notebook. @module */
import type { MediaBundle, Sink } from "./output.ts";

/** Sends one message of the Jupyter protocol to all readers; not every version of Deno returns a promise. */
export type Broadcast = (type: string, content: Record<string, unknown>) => Promise<void> | void;

/** A sink that can hold a cell open until its output is safe. */
export interface KernelSink extends Sink {
  /** Resolves when everything has been sent. */
  sent(): Promise<void>;
  /** Resolves when everything will reach the reader, and so many messages that others have sent. */
  settle(others?: number): Promise<void>;
}

/**
 * The kernel passes a cell's messages on in the background, and its word that the cell has ended can overtake
 * them; readers drop what comes later. So the end of a cell waits this long, in milliseconds: at least, for
 * each message, and at most. Where a wait itself takes longer by the lag, the machine is busy, and so is the kernel's
 * background: it waits again.
 */
const WAIT = { least: 50, perMessage: 2, most: 1000, lag: 20 };

/** After so many messages in a cell, the next ones go out at this distance in milliseconds. */
const PROMPT_MESSAGES = 100;
const DISTANCE = 25;

/**
 * A cell that fails ends without waiting. So after a message of text the thread halts for this long, in
 * milliseconds, which is enough for the message to get ahead; and not again for a while.
 */
const HALT = { length: 2, distance: 50 };

interface Message {
  readonly type: string;
  readonly content: Record<string, unknown>;
}

/**
 * Sends output to a live notebook. All text of one synchronous stretch makes one message, and a cell that
 * prints thousands of lines sends a few messages a second: fewer messages leave fewer to be overtaken.
 *
 * @param broadcast sends a message to the readers
 */
export function kernelSink(broadcast: Broadcast): KernelSink {
  const queue: Message[] = [];
  let sending: Promise<void> | undefined;
  let messages = 0;
  let halted = -Infinity;

  async function sendAll() {
    await Promise.resolve();
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      if (++messages > PROMPT_MESSAGES) await pause(DISTANCE);
      await broadcast(message.type, message.content);
      if (message.type === "stream" && performance.now() - halted > HALT.distance) {
        halt(HALT.length);
        halted = performance.now();
      }
    }
    sending = undefined;
  }
  function send(type: string, content: Record<string, unknown>) {
    queue.push({ type, content });
    sending ??= sendAll();
  }
  function sendData(type: string, data: MediaBundle, id: string | undefined) {
    send(type, { data, metadata: {}, transient: id === undefined ? {} : { display_id: id } });
  }
  async function sent() {
    while (sending !== undefined) await sending;
  }
  return {
    kind: "kernel",
    write(text, stream = "stdout") {
      const last = queue.at(-1);
      if (last?.type === "stream" && last.content.name === stream) last.content.text += text;
      else send("stream", { name: stream, text });
    },
    display: (bundle, id) => sendData("display_data", bundle, id),
    update: (bundle, id) => sendData("update_display_data", bundle, id),
    sent,
    async settle(others = 0) {
      await sent();
      messages += others;
      if (messages === 0) return;
      const wait = Math.min(WAIT.least + WAIT.perMessage * messages, WAIT.most);
      messages = 0;
      const started = performance.now();
      for (let late = true; late && performance.now() - started < WAIT.most;) {
        const began = performance.now();
        await pause(wait);
        late = performance.now() - began > wait + WAIT.lag;
      }
    },
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

function halt(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
