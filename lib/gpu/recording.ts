/** A list of commands that can be run again and again. @module */
import type { BufferPool } from "./buffer_pool.ts";
import type { Command } from "./command.ts";
import type { CommandQueue } from "./command_queue.ts";
import type { Pipeline } from "./kernel.ts";
import type { RecordedPart } from "./recorder.ts";

/** Kernels that {@linkcode Recording.compile} has launched. */
const compiled = new WeakSet<Pipeline>();

/**
 * The commands that a function issued, with the buffers they work on. Replaying writes nothing and allocates
 * nothing: new inputs go into the input tensors first.
 */
export class Recording<Result> implements Disposable {
  readonly #queue: Pick<CommandQueue, "append" | "flush">;
  readonly #parts: readonly RecordedPart[];
  #disposed = false;

  constructor(
    /** What the recorded function returned: its tensors hold the latest replay's values. */
    readonly result: Result,
    parts: readonly RecordedPart[],
    private readonly pool: BufferPool,
    queue: Pick<CommandQueue, "append" | "flush">,
  ) {
    this.#queue = queue;
    this.#parts = parts;
  }

  /** The recorded commands. */
  get commands(): readonly Command[] {
    return this.#parts.flatMap(({ commands }) => commands);
  }

  /** Number of kernel launches in one replay. */
  get dispatches(): number {
    return this.commands.filter((command) => command.kind === "dispatch").length;
  }

  /** Floating-point operations of one replay, of matrix products and attention. */
  get operations(): number {
    return this.commands.reduce(
      (sum, command) => sum + (command.kind === "dispatch" ? command.operations : 0),
      0,
    );
  }

  /** Bytes of the buffers that belong to the recording. */
  get bytes(): number {
    return this.pool.bytes;
  }

  /**
   * Queues the commands again, to run on the contents that the input tensors have then. They are submitted
   * together with what is queued before and after them.
   *
   * @throws {Error} when the recording was disposed
   */
  replay(): Result {
    if (this.#disposed) throw new Error("A recording cannot be replayed after it was disposed.");
    for (const part of this.#parts) part.replay();
    return this.result;
  }

  /**
   * Has the device compile the kernels that no recording has had compiled yet, one after the other: the software driver
   * does so where a kernel is first launched, which takes up to a second each. Stops behind each, so that other work may
   * have its turn.
   *
   * Launches them out of order: not for a recording that changes what a replay finds.
   */
  *compile(): Generator<void, void> {
    for (const command of this.commands) {
      if (command.kind !== "dispatch" || compiled.has(command.pipeline)) continue;
      compiled.add(command.pipeline);
      this.#queue.append([command]);
      this.#queue.flush();
      yield;
    }
  }

  /** Destroys the recording's own buffers, once the replays queued so far are submitted. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#queue.flush();
    this.pool.destroy();
  }
}
