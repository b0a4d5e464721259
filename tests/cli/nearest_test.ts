import { assertEquals } from "@std/assert";
import { nearest, suggestion } from "../../lib/cli/nearest.ts";

const COMMANDS = ["ablate", "run", "compare", "verify", "report", "doctor"];

Deno.test("nearest: slips of one or two letters find their word", () => {
  assertEquals(nearest("ablat", COMMANDS), "ablate");
  assertEquals(nearest("docter", COMMANDS), "doctor");
  assertEquals(nearest("COMPARE", COMMANDS), "compare");
  assertEquals(nearest("rnu", ["run"]), "run");
  assertEquals(nearest("gopr", ["gorp"]), "gorp");
  assertEquals(nearest("rum", COMMANDS), "run");
});

Deno.test("nearest: an unambiguous beginning counts, however short", () => {
  assertEquals(nearest("ver", COMMANDS), "verify");
  assertEquals(nearest("re", ["report", "result"]), null);
});

Deno.test("nearest: nothing is guessed where nothing is near", () => {
  assertEquals(nearest("train", COMMANDS), null);
  assertEquals(nearest("x", []), null);
  assertEquals(suggestion("train", ["a", "b"]), "there are a, b.");
});

Deno.test("suggestion: a guess may be wrong, so a few candidates are listed with it", () => {
  assertEquals(suggestion("cpu", ["gpu", "software"]), 'did you mean "gpu"? There are gpu, software.');
  assertEquals(suggestion("ablat", COMMANDS), 'did you mean "ablate"?');
});
