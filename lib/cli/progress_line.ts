/** Live progress on a terminal or in a log. @module */
import { duration } from "./duration.ts";

/** Where a {@linkcode ProgressLine} writes, and how it tells the time; for tests. */
export interface ProgressOutput {
  /** Whether `\r` rewrites the line. */
  readonly isTerminal: boolean;
  /** Characters that fit into the line. */
  readonly width: number;
  write(text: string): void;
  /** Milliseconds. */
  now(): number;
}

/** Milliseconds between two updates: on a terminal, and in a log. */
const TERMINAL_PAUSE = 100;
const LOG_PAUSE = 5000;

/**
 * One line that says how far a job is and how long it will still take. On a terminal it is rewritten in place;
 * elsewhere a new line appears every few seconds. It goes to stderr, so that stdout holds results only.
 */
export class ProgressLine implements Disposable {
  readonly #output: ProgressOutput;
  readonly #started: number;
  #lastWritten: number;
  #doneBefore = 0;
  #shown = "";

  /** @param total the amount of work, in the unit that {@linkcode update} is given */
  constructor(readonly total: number, output: ProgressOutput = standardError()) {
    this.#output = output;
    this.#started = output.now();
    this.#lastWritten = output.isTerminal ? -Infinity : this.#started;
  }

  /** Work that costs no time, such as results found from an earlier run: left out of the time left. */
  skip(amount: number): void {
    this.#doneBefore += amount;
  }

  /** Says what is going on, when it is time for that; `done` of the total, skipped work included. */
  update(done: number, note: string): void {
    const now = this.#output.now();
    if (now - this.#lastWritten < (this.#output.isTerminal ? TERMINAL_PAUSE : LOG_PAUSE)) return;
    this.#lastWritten = now;
    const percent = `${Math.floor(100 * Math.min(1, done / this.total))} %`.padStart(5);
    const timeLeft = this.#timeLeft(done, now);
    const room = this.#output.width - 1 - percent.length - 2 - timeLeft.length;
    this.#show(`${percent}  ${fitted(note, room)}${timeLeft}`);
  }

  /** A line that stays, above the progress. */
  print(text: string): void {
    this.clear();
    this.#output.write(`${text}\n`);
  }

  /** Removes the line from the terminal. */
  clear(): void {
    if (this.#shown !== "") this.#output.write(`\r${" ".repeat(this.#shown.length)}\r`);
    this.#shown = "";
  }

  /** Removes the line. */
  [Symbol.dispose](): void {
    this.clear();
  }

  #timeLeft(done: number, now: number): string {
    const worked = done - this.#doneBefore;
    const seconds = (now - this.#started) / 1000;
    if (worked <= 0 || seconds < 1) return "";
    return ` · ${duration(seconds / worked * (this.total - done))} left`;
  }

  #show(text: string): void {
    if (!this.#output.isTerminal) return this.#output.write(`${text}\n`);
    this.#output.write(`\r${text.padEnd(this.#shown.length)}`);
    this.#shown = text;
  }
}

/** The time left is worth more than the end of a note. */
function fitted(note: string, room: number): string {
  return note.length <= room ? note : `${note.slice(0, Math.max(0, room - 1))}…`;
}

function standardError(): ProgressOutput {
  const encoder = new TextEncoder();
  const isTerminal = Deno.stderr.isTerminal();
  return {
    isTerminal,
    width: isTerminal ? Deno.consoleSize().columns || 80 : Infinity, // some terminals do not know their width
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: () => performance.now(),
  };
}
