/** Keeping commands instead of running them. @module */
import type { Command } from "./command.ts";
import type { CommandQueue } from "./command_queue.ts";
import type { RecordedPlaces, Residence } from "./residence.ts";

/** Commands that are replayed together. */
export interface RecordedPart {
  readonly commands: readonly Command[];
  /** Queues them again, and calls the function that was recorded behind them. */
  replay(): void;
}

/** Collects the commands of a recording, in parts between which functions are called. */
export class Recorder {
  readonly #residence: Residence;
  readonly #queue: CommandQueue;
  readonly #parts: RecordedPart[] = [];
  #commands: Command[] = [];
  #places: RecordedPlaces;

  /** `queue` takes the commands of replays. */
  constructor(residence: Residence, queue: CommandQueue) {
    this.#residence = residence;
    this.#queue = queue;
    this.#places = residence.startRecording();
  }

  /** Adds a command. */
  add(command: Command): void {
    this.#commands.push(command);
  }

  /** Has a function called at this place by every replay. */
  call(then: () => void): void {
    this.#endPart(then);
    this.#commands = [];
    this.#places = this.#residence.startRecording();
  }

  /** All parts. */
  finish(): readonly RecordedPart[] {
    this.#endPart();
    return this.#parts;
  }

  #endPart(then?: () => void): void {
    const [commands, places, residence, queue] = [this.#commands, this.#places, this.#residence, this.#queue];
    const replay = () => {
      residence.beforeReplay(places);
      queue.append(commands);
      residence.afterReplay(places);
      then?.();
    };
    this.#parts.push({ commands, replay });
  }
}
