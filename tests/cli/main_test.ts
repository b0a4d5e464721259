import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { parseArguments } from "../../lib/cli/parse_arguments.ts";
import { projectFolder } from "../../lib/cli/project.ts";
import { gorp } from "./gorp.ts";

const lines = (text: string) => text.trimEnd().split("\n");

Deno.test("main: the overview lists every command", async () => {
  const { code, stdout } = await gorp(["--help"]);
  assertEquals(code, 0);
  for (const { name, summary } of COMMANDS) assert(stdout.includes(`  ${name} `) && stdout.includes(summary));
  assertEquals((await gorp([])).stdout, stdout);
});

Deno.test("main: an unknown command is one sentence with the nearest, exit code 2", async () => {
  const { code, stdout, stderr } = await gorp(["docter"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(lines(stderr).length, 1);
  assert(stderr.startsWith('gorp: There is no command "docter"; did you mean "doctor"?'));
});

Deno.test("main: an unknown option is one sentence with the nearest, exit code 2", async () => {
  const { code, stderr } = await gorp(["doctor", "--devise", "gpu"]);
  assertEquals(code, 2);
  assertEquals(lines(stderr), ["gorp: There is no option --devise here; did you mean --device?"]);
});

Deno.test("main: GORP_DEBUG=1 adds the stack", async () => {
  const { code, stderr } = await gorp(["check", "now"], { GORP_DEBUG: "1" });
  assertEquals(code, 2);
  assert(/\n\s+at /.test(stderr));
});

for (const entry of COMMANDS) {
  Deno.test(`main: ${entry.name} --help has examples that its options allow`, async () => {
    const command = await entry.load();
    assertEquals([command.name, command.summary], [entry.name, entry.summary]);
    assert(command.examples.length > 0);
    for (const { line } of command.examples) {
      const [program, name, ...words] = line.split(" ");
      assertEquals([program, name], ["./gorp", entry.name]);
      const { operands } = parseArguments(words, command.options);
      assert(operands.length === 0 || command.operands !== undefined, line);
    }
  });
}

Deno.test("deno.json has a task for every command, and no other", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${projectFolder}deno.json`));
  assertEquals(Object.keys(tasks).sort(), COMMANDS.map(({ name }) => name).sort());
  for (const [name, line] of Object.entries<string>(tasks)) {
    assertEquals(line, `deno run --quiet --no-prompt --allow-all lib/cli/main.ts ${name}`);
  }
});
