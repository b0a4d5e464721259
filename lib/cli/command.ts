/** What a command of `./gorp` is. @module */
import type { OptionName, Options } from "./options.ts";

/** The command line, taken apart. */
export interface Invocation {
  /** Values of the options that the command accepts, defaults filled in. */
  readonly options: Options;
  /** Words that are no options, in order. */
  readonly operands: readonly string[];
  /** Aborted by Ctrl-C when the command is interruptible. */
  readonly signal: AbortSignal;
}

/** One command: what its help says and what it does. */
export interface Command {
  readonly name: string;
  /** One line for the overview, starting in lower case. */
  readonly summary: string;
  /** The operands as the help shows them, such as `DIR…`; none where absent. */
  readonly operands?: string;
  /** Sentences for the command's own help. */
  readonly description: string;
  /** The options it accepts. */
  readonly options: readonly OptionName[];
  /** One or more command lines that work, each with a remark. */
  readonly examples: readonly { readonly line: string; readonly remark: string }[];
  /** Whether it ends by itself, keeping its results, when the signal is aborted. */
  readonly interruptible?: boolean;
  /** Does the work; returns the exit code (0 when nothing is returned). */
  run(invocation: Invocation): Promise<number | void>;
}
