import { assertEquals } from "@std/assert";
import { readTally, tallyLine } from "../../lib/cli/tally.ts";

Deno.test("tally: the last summary of deno test is read, colours or not", () => {
  assertEquals(readTally("ok | 12 passed | 0 failed (3s)\n", 0), { passed: 12, failed: 0 });
  const coloured = "\x1b[0m\x1b[31mFAILED\x1b[0m | 2 passed (1 step) | 3 failed (1 step) | 1 ignored (1s)\n";
  assertEquals(readTally(coloured, 1), { passed: 2, failed: 3 });
});

Deno.test("tally: a run that failed without a failed test counts as one failure", () => {
  assertEquals(readTally("error: Type checking failed.", 1), { passed: 0, failed: 1 });
  assertEquals(readTally("ok | 4 passed | 0 failed (1ms)", 1), { passed: 4, failed: 1 });
  assertEquals(readTally("running 4 tests", 134), { passed: 0, failed: 1 });
  assertEquals(readTally("FAILED | 3 passed | 1 failed (1ms)", 134), { passed: 3, failed: 1 });
  assertEquals(tallyLine({ passed: 4, failed: 1 }), "4 passed, 1 failed");
});

Deno.test("tally: a crash after all tests had passed takes none of them back", () => {
  for (const code of [134, 139]) {
    assertEquals(readTally("ok | 4 passed | 0 failed (1ms)", code), { passed: 4, failed: 0 });
  }
});
