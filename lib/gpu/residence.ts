/** Keeping the places of a buffer's contents coherent. @module */
import type { PooledBuffer } from "./pooled_buffer.ts";
import type { Command } from "./command.ts";
import type { Mirrors } from "./mirrors.ts";
import { EVERYWHERE, NOWHERE, ONLY, type Place, type Places } from "./places.ts";

/** What a recording expects of buffers before each replay, and what it leaves behind. */
export interface RecordedPlaces {
  /** Where the contents that it finds must be. */
  readonly expected: ReadonlyMap<PooledBuffer, Places>;
  /** Where the contents of the buffers that it writes are afterwards. */
  readonly left: ReadonlyMap<PooledBuffer, Places>;
}

/**
 * Knows in which places the contents of every buffer are current, and copies them to where they are needed. A copy
 * ends the compute pass, which costs more than most launches: so results stay where they were written until
 * something needs them elsewhere, and what a recording finds in place is not copied by its replays.
 */
export class Residence {
  readonly #mirrors: Mirrors;
  readonly #issue: (command: Command) => void;
  #recorded: { expected: Map<PooledBuffer, Places>; left: Map<PooledBuffer, Places> } | null = null;

  constructor(mirrors: Mirrors, issue: (command: Command) => void) {
    this.#mirrors = mirrors;
    this.#issue = issue;
  }

  /** The buffer was just handed out: its contents are undefined. */
  acquired(buffer: PooledBuffer): void {
    this.#set(buffer, EVERYWHERE);
  }

  /** Sees to it that the contents are current in a place. */
  need(buffer: PooledBuffer, place: Place): void {
    if (this.#recorded && !this.#recorded.left.has(buffer)) {
      const { expected } = this.#recorded;
      expected.set(buffer, { ...expected.get(buffer) ?? NOWHERE, [place]: true });
      return;
    }
    const places = this.#recorded?.left.get(buffer) ?? buffer.places;
    if (places[place]) return;
    if (place !== "buffer") {
      this.need(buffer, "buffer");
      this.#issue(this.#mirrors.copy(buffer, place, "mirror"));
    } else {
      this.#issue(this.#mirrors.copy(buffer, places.quads ? "quads" : "singles", "unmirror"));
    }
    this.#set(buffer, { ...this.#recorded?.left.get(buffer) ?? buffer.places, [place]: true });
  }

  /** A command has written the contents in this place. Call `need` before: it may have left a part untouched. */
  written(buffer: PooledBuffer, place: Place): void {
    this.#set(buffer, ONLY[place]);
  }

  /** From here on, commands are recorded rather than run; the result fills up while they are. */
  startRecording(): RecordedPlaces {
    return this.#recorded = { expected: new Map(), left: new Map() };
  }

  /** Ends the recording. */
  stopRecording(): void {
    this.#recorded = null;
  }

  /** Prepares for a replay of what was recorded: to be called before its commands are queued. */
  beforeReplay({ expected }: RecordedPlaces): void {
    if (this.#recorded) throw new Error("A recording cannot be replayed inside another one.");
    for (const [buffer, places] of expected) {
      for (const place of PLACES) if (places[place]) this.need(buffer, place);
    }
  }

  /** Takes over what a replay leaves behind. */
  afterReplay({ left }: RecordedPlaces): void {
    for (const [buffer, places] of left) buffer.places = places;
  }

  #set(buffer: PooledBuffer, places: Places): void {
    if (this.#recorded) this.#recorded.left.set(buffer, places);
    else buffer.places = places;
  }
}

const PLACES = Object.keys(EVERYWHERE) as Place[];
