import { assert, assertEquals } from "@std/assert";
import { listRuns } from "../../lib/results/run_reader.ts";
import { gorp } from "./gorp.ts";

Deno.test("./gorp run refuses what it cannot run in one sentence, with exit code 2", async () => {
  const refused: [string[], string][] = [
    [["--method", "gopr"], 'There is no method "gopr": did you mean "gorp"?'],
    [["--method", "olora"], 'did you mean "o-lora"?'],
    [["--method", "o-lora", "--set", "lambda=1"], '--set does not know "lambda"; did you mean "lambda1"?'],
    [["--method", "o-lora", "--set", "lambda1=x"], 'lambda1 must be a number of at least 0; "x" was given.'],
    [["--method", "seq-lora", "--variant", "B+L"], 'SeqLoRA has no variant "B+L"'],
    [["--variant", "B+K"], '--variant does not know "B+K": did you mean "B+L"?'],
    [["--profile", "all"], "takes one profile"],
    [["--set", "lorarank=4"], `--set does not know "lorarank"; did you mean "loraRank"?`],
    [["--order", "1"], "--tasks and --order need --data DIR"],
    [["--set", "truncation=right"], "it needs --data DIR"],
    [["--set", "weights=f16"], "it needs --model DIR and --data DIR"],
    [["--quick", "--set", "replicas=2", "--set", "layerwise=true"], "leave replicas out"],
  ];
  for (const [words, sentence] of refused) {
    const { code, stdout: said, stderr: complained } = await gorp(["run", ...words]);
    assertEquals([code, said, complained.trimEnd().split("\n").length], [2, "", 1], complained);
    assert(complained.includes(sentence), complained);
  }
});

Deno.test("./gorp run leaves a run, a table, a report and a summary", async () => {
  const out = await Deno.makeTempDir();
  try {
    const steps = ["--quick", "--set", "steps=3", "--set", "testRows=10", "--seed", "2"];
    const words = [
      "--method",
      "gorp",
      "--variant",
      "B+S",
      ...steps,
      "--out",
      out,
      "--json",
      `${out}/summary.json`,
    ];
    Deno.mkdirSync(`${out}/figures`);
    for (const name of ["99-of-an-earlier-report.svg", "99-My own.svg"]) {
      Deno.writeTextFileSync(`${out}/figures/${name}`, "");
    }
    const { code, stdout: said, stderr: complained } = await gorp(["run", ...words]);
    assertEquals(code, 0, complained);
    const [run] = listRuns(out);
    assertEquals([run.record.variant, run.record.seed, run.record.status], ["B+S", 2, "finished"]);
    assert(
      said.includes("accuracy %") && run.taskNames.every((name) => said.includes(`after ${name}`)),
      said,
    );
    assertEquals(JSON.parse(Deno.readTextFileSync(`${out}/summary.json`)).runs, [run.record.runId]);
    assert(Deno.statSync(`${out}/report.html`).isFile);
    const pictures = Array.from(Deno.readDirSync(`${out}/figures`), ({ name }) => name).filter((name) =>
      name.endsWith(".svg")
    );
    assert(pictures.length > 2 && pictures.includes("99-My own.svg"), pictures.join());
    assert(!pictures.includes("99-of-an-earlier-report.svg"));
    const exact = run.metrics(`exactMatch/${run.taskNames[0]}`);
    assertEquals(exact.length, 4); // before training and after each of three tasks
    assert(run.predictions().every(({ score }) => score !== null && score >= 0 && score <= 1));
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
