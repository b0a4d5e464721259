/** What a process that compares runs and those that carry them out tell each other: a line of JSON each. @module */
import type { ExperimentSource } from "../experiment_source.ts";
import type { MethodChoice } from "../method_choice.ts";
import type { RunProgress } from "../run_progress.ts";

/** The first line to a process: what all of its runs share. */
export interface Setting {
  readonly source: ExperimentSource;
  /** Whether to use the software adapter. */
  readonly software: boolean;
  readonly out?: string;
  readonly fresh: boolean;
  readonly probeEvery?: number;
}

/** Every further line to a process: a run to carry out, or that the present one shall stop. */
export type Order =
  | { readonly kind: "run"; readonly method: MethodChoice; readonly seed: number }
  | { readonly kind: "stop" };

/** The lines from a process, for each run some progress and one end. */
export type Report =
  | { readonly kind: "progress"; readonly progress: RunProgress }
  | { readonly kind: "ended"; readonly folder: string }
  | { readonly kind: "failed"; readonly error: ErrorValue };

/** An error as a plain value. */
export interface ErrorValue {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorValue;
}

/** An error and its causes as a plain value. */
export function errorValue(error: unknown): ErrorValue {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  const { name, message, stack, cause } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { name, message, code, stack, cause: cause === undefined ? undefined : errorValue(cause) };
}

/** An error that says what the other process's said, with its name, code, stack and causes. */
export function errorOf({ name, message, code, stack, cause }: ErrorValue): Error {
  const options = cause === undefined ? undefined : { cause: errorOf(cause) };
  const error = name === "AbortError" ? new DOMException(message, name) : new Error(message, options);
  if (error instanceof DOMException) return error;
  return Object.assign(error, { name, stack }, code === undefined ? {} : { code });
}

/** The values on the lines of a stream, until it ends. */
export async function* readLines<Value>(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Value, void, undefined> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}

/** A value as a line. */
export function encodeLine(value: Setting | Order | Report): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value) + "\n");
}
