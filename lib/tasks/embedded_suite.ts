/**
 * The embedded suites by name.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { conflictSuite } from "./conflict_suite.ts";
import { disjointSuite } from "./disjoint_suite.ts";
import type { EmbeddedSuiteOptions } from "./embedded_suite_options.ts";
import { relabelSuite } from "./relabel_suite.ts";
import type { Suite } from "./suite.ts";

/** The name of an embedded suite. */
export type EmbeddedSuiteName = "conflict" | "disjoint" | "relabel";

/** All names of embedded suites, the default first. */
export const EMBEDDED_SUITES: readonly EmbeddedSuiteName[] = ["conflict", "disjoint", "relabel"];

const SUITES: Readonly<Record<EmbeddedSuiteName, (options: EmbeddedSuiteOptions) => Suite>> = {
  conflict: conflictSuite,
  disjoint: disjointSuite,
  relabel: relabelSuite,
};

/**
 * Makes an embedded suite. It is a function of its name and options: nothing is read from disk, and the same
 * seed gives the same rows.
 *
 * Prompts read `TASK kind FIELD : four clauses answer`, at most 20 tokens with the end token; labels are one
 * word. No text occurs twice in a suite.
 *
 * @param name `conflict`, `disjoint` or `relabel`
 * @param options seed, number of tasks (4), rows of the splits (2000, 300, 300)
 * @throws {InputError} for an unknown name or an impossible number of tasks
 *
 * @example Four tasks that share their answer words
 * ```ts
 * import { embeddedSuite } from "gorp";
 * const { tasks } = embeddedSuite("conflict", { seed: 1 });
 * if (tasks.length !== 4 || tasks[0].train.length !== 2000) throw new Error("unexpected sizes");
 * if (`${tasks[0].labels}` !== `${tasks[3].labels}`) throw new Error("labels differ");
 * ```
 */
export function embeddedSuite(name: string, options: EmbeddedSuiteOptions = {}): Suite {
  if (!Object.hasOwn(SUITES, name)) {
    throw new InputError(`There is no embedded suite "${name}"; there are ${EMBEDDED_SUITES.join(", ")}.`);
  }
  return SUITES[name as EmbeddedSuiteName](options);
}
