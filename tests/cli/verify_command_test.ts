import { assert, assertEquals } from "@std/assert";
import { projectFolder } from "../../lib/cli/project.ts";
import { gorp } from "./gorp.ts";

const verify = (...words: string[]) => gorp(["verify", ...words]);

const METRICS = `${projectFolder}tests/golden/metrics`;

Deno.test("verify: a line a case, a tally, a file for programs", async () => {
  const json = Deno.makeTempFileSync();
  try {
    const { code, stdout } = await verify(METRICS, `${METRICS}/hole`, "--json", json);
    assertEquals(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assertEquals(lines.pop(), "4 passed, 0 failed");
    assert(
      lines.length === 4 && lines.every((line) => /^ok +metrics\/[\w-]+ .*\(\d\.\d\d s\)/.test(line)),
      stdout,
    );
    const summary = JSON.parse(Deno.readTextFileSync(json));
    assertEquals(Object.keys(summary), ["passed", "failed", "cases"]);
    assertEquals([summary.passed, summary.failed, summary.cases.length], [4, 0, 4]);
    const fields = ["kind", "name", "status", "maxAbs", "maxRel", "tolerance", "seconds"];
    assertEquals(Object.keys(summary.cases[0]), fields);
  } finally {
    Deno.removeSync(json);
  }
});

Deno.test("verify: exit code 1 for a case of unknown kind, 2 for nothing to check", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const none = await verify(folder);
    assertEquals([none.code, none.stdout, none.stderr.trimEnd().split("\n").length], [2, "", 1]);
    assert(none.stderr.startsWith(`gorp: Cannot read golden cases from ${folder}:`), none.stderr);
    Deno.mkdirSync(`${folder}/odd`);
    const record = { kind: "odd", name: "one", config: {}, tolerance: { abs: 0, rel: 0 } };
    Deno.writeTextFileSync(`${folder}/odd/case.json`, JSON.stringify(record));
    const odd = await verify(folder);
    assertEquals([odd.code, odd.stdout.trimEnd().split("\n").at(-1)], [1, "0 passed, 1 failed"]);
    assert(odd.stdout.includes('no checker for the kind "odd"'), odd.stdout);
    assertEquals((await verify()).code, 2);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
