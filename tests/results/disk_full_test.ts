import { assert, assertEquals, assertThrows } from "@std/assert";
import { writeFileAtomically } from "../../lib/files/atomic_file.ts";
import { openRun } from "../../lib/results/run_reader.ts";
import { openRunWriter } from "../../lib/results/run_writer.ts";
import { sampleRecord, temporaryFolder } from "./sample_run.ts";

/** Records until a write fails, tells what was said, tries to finish, tells again. */
const PROGRAM = `
const { openRunWriter } = await import(Deno.args[0]);
const writer = openRunWriter(Deno.args[1], JSON.parse(Deno.args[2], (key, value) =>
  key === "started" ? new Date(value) : value));
const said = [];
let written = 0;
try {
  for (;; written++) {
    writer.metric({ task: 1, step: written + 1, metric: "loss", value: written });
    if (written % 100 === 99) writer.flush();
  }
} catch (error) { said.push(error.message); }
try { writer.finish("finished"); } catch (error) { said.push(error.message); }
console.log(JSON.stringify({ said, written }));
`;

Deno.test({
  name: "when the disk is full, one sentence says so and all complete batches are there",
  ignore: Deno.build.os !== "linux",
  fn: () => {
    using folder = temporaryFolder();
    const program = `${folder.path}/program.mjs`;
    Deno.writeTextFileSync(program, PROGRAM);
    const writer = new URL("../../lib/results/run_writer.ts", import.meta.url).href;
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const record = JSON.stringify(sampleRecord());
    // No file may grow beyond 32 blocks of 512 or 1024 bytes: as on a full disk, a write stops in the middle.
    const command =
      `trap "" XFSZ; ulimit -f 32; exec "$0" run -A --no-check --config "$1" "$2" "$3" "$4" "$5"`;
    const run = new Deno.Command("sh", {
      args: ["-c", command, Deno.execPath(), config, program, writer, `${folder.path}/run`, record],
    }).outputSync();
    const output = new TextDecoder().decode(run.stdout);
    assert(run.success, new TextDecoder().decode(run.stderr));
    const { said, written } = JSON.parse(output);
    assertEquals(said.length, 2);
    for (const sentence of said) assert(/^Cannot write .*metrics\.arrows: /.test(sentence), sentence);
    const result = openRun(`${folder.path}/run`);
    const steps = result.metrics("loss").map((row) => row.step);
    assertEquals(steps, Array.from({ length: Math.floor(written / 100) * 100 }, (_, i) => i + 1));
    assert(steps.length > 0 && result.incomplete !== null);
  },
});

Deno.test("a failed atomic write leaves the old file and nothing beside it", () => {
  using folder = temporaryFolder();
  writeFileAtomically(`${folder.path}/a`, "old");
  writeFileAtomically(`${folder.path}/a`, "new");
  assertEquals(Deno.readTextFileSync(`${folder.path}/a`), "new");
  Deno.mkdirSync(`${folder.path}/b`);
  assertThrows(
    () => writeFileAtomically(`${folder.path}/b`, "x"),
    Error,
    "a folder of this name is in the way",
  );
  assertThrows(() => writeFileAtomically(`${folder.path}/c/d`, "x"), Error, "the folder does not exist");
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["a", "b"]);
});

Deno.test("a folder that cannot be made is told in one sentence", () => {
  using folder = temporaryFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  assertThrows(() => openRunWriter(`${folder.path}/file/run`, sampleRecord()), Error, "Cannot write");
});
