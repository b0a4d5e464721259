/** What a notebook shows, and where it goes. @module */
import { displaySymbol } from "../display/rich_display.ts";

/** One value in several forms, by media type; a reader takes the richest form it knows. */
export type MediaBundle = Readonly<Record<string, string | object>>;

/** The two streams of text. */
export type StreamName = "stdout" | "stderr";

/**
 * Where output goes: into a notebook's cell, a terminal, or a record.
 *
 * `kernel` is a live notebook, `recording` a notebook that is run without one, `console` a program.
 */
export interface Sink {
  readonly kind: "kernel" | "recording" | "console";
  /** Prints text as it is. */
  write(text: string, stream?: StreamName): void;
  /** Shows a bundle; with an id it can be replaced later. */
  display(bundle: MediaBundle, id?: string): void;
  /** Replaces what was shown under an id. */
  update(bundle: MediaBundle, id: string): void;
  /** Resolves when everything so far will reach the reader, also if the cell ends now. */
  settle(): Promise<void>;
}

export { displaySymbol };

/** A value that knows how it is shown. */
export interface Displayable {
  readonly [displaySymbol]: () => MediaBundle | Promise<MediaBundle>;
}

/** Whether a value knows how it is shown. */
export function isDisplayable(value: unknown): value is Displayable {
  return typeof value === "object" && value !== null && displaySymbol in value &&
    typeof value[displaySymbol] === "function";
}
