import { assertEquals } from "@std/assert";
import { errorSentence, exitCode, isMistake } from "../../lib/cli/exit_code.ts";
import { InputError } from "../../lib/errors/input_error.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { NoAdapterError } from "../../lib/gpu/adapter.ts";

Deno.test("exit codes: wrong input is 2, no adapter 3, the rest 1", () => {
  for (const error of [new UsageError("x"), new InputError("x")]) assertEquals(exitCode(error), 2);
  assertEquals(exitCode(new Deno.errors.NotFound("x")), 2);
  assertEquals(exitCode(new NoAdapterError("x")), 3);
  assertEquals(exitCode(new DOMException("x", "AbortError")), 130);
  assertEquals(exitCode(new Error("x")), 1);
  assertEquals(exitCode("x"), 1);
});

Deno.test("exit codes: errors that the language raises are mistakes in the kit", () => {
  for (
    const error of [new RangeError("x"), new TypeError("x"), new SyntaxError("x"), new ReferenceError("x")]
  ) {
    assertEquals([exitCode(error), isMistake(error)], [1, true]);
    assertEquals(isMistake(new Error("It failed.", { cause: error })), true);
    assertEquals(exitCode(new InputError("This cannot be used.", { cause: error })), 2);
  }
  for (const error of [new Error("x"), new InputError("x"), new Deno.errors.NotFound("x"), "x"]) {
    assertEquals(isMistake(error), false);
  }
});

Deno.test("exit codes: a cause decides", () => {
  const full = Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
  assertEquals(exitCode(new Error("Cannot write it.", { cause: full })), 2);
  assertEquals(exitCode(new Error("Cannot write it.", { cause: new Error("x") })), 1);
});

Deno.test("error sentences take one line", () => {
  assertEquals(errorSentence(new Error("first\n   second\n")), "first second");
  assertEquals(errorSentence(new RangeError()), "RangeError");
});
