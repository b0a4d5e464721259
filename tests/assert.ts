/**
 * The few assertions of `@std/assert` that the tests use, over `node:assert/strict`.
 * Where JSR can be reached, point `@std/assert` in `deno.json` at `jsr:@std/assert` instead.
 *
 * @module
 */
import assertStrict from "node:assert/strict";

/** Fails unless `condition` is truthy. */
export function assert(condition: unknown, message?: string): asserts condition {
  assertStrict.ok(condition, message);
}

/** Fails unless both values are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  assertStrict.deepStrictEqual(actual, expected, message);
}

/** Fails unless `|actual − expected| ≤ tolerance`. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance = 1e-7,
  message?: string,
): void {
  if (Object.is(actual, expected)) return;
  const distance = Math.abs(actual - expected);
  if (!(distance <= tolerance)) {
    assertStrict.fail(message ?? `${actual} is ${distance} away from ${expected}, more than ${tolerance}`);
  }
}

/** Fails unless calling `run` throws an error of class `kind` whose message holds `part`. Returns that error. */
export function assertThrows<E extends Error>(
  run: () => unknown,
  kind: new (...parts: never[]) => E,
  part = "",
): E {
  try {
    run();
  } catch (error) {
    return checkError(error, kind, part);
  }
  assertStrict.fail(`expected ${kind.name} ("${part}"), nothing was thrown`);
}

/** The asynchronous form of {@linkcode assertThrows}. */
export async function assertRejects<E extends Error>(
  run: () => Promise<unknown>,
  kind: new (...parts: never[]) => E,
  part = "",
): Promise<E> {
  try {
    await run();
  } catch (error) {
    return checkError(error, kind, part);
  }
  assertStrict.fail(`expected ${kind.name} ("${part}"), nothing was thrown`);
}

function checkError<E extends Error>(error: unknown, kind: new (...parts: never[]) => E, part: string): E {
  assertStrict.ok(error instanceof kind, `expected ${kind.name}, got ${error}`);
  assertStrict.ok(error.message.includes(part), `"${error.message}" does not contain "${part}"`);
  return error;
}
