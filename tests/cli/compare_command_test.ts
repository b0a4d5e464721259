import { assert, assertEquals } from "@std/assert";
import { listRuns } from "../../lib/results/run_reader.ts";
import { gorp } from "./gorp.ts";

Deno.test("./gorp compare refuses what it cannot run in one sentence, with exit code 2", async () => {
  const refused: [string[], string][] = [
    [["--methods", "o-lora,ewc"], 'There is no method "ewc"'],
    [["--methods", "gorp:covarience"], 'Unknown profile "covarience"; the profiles are paper'],
    [["--methods", "gorp:B+L:B+S"], 'one profile and one variant of a method, but got "gorp:B+L:B+S"'],
    [["--methods", "n-lora:released"], 'N-LoRA has no profile "released"'],
    [["--methods", "gorp,seq-lora,gorp:aligned"], '"gorp" and "gorp:aligned" are the same'],
    [["--methods", "seq-lora", "--set", "lambda=1"], '--set does not know "lambda"'],
    [["--methods", "seq-lora,n-lora", "--set", "lambda=-1"], 'lambda must be a number of at least 0; "-1"'],
  ];
  for (const [words, sentence] of refused) {
    const { code, stdout: said, stderr: complained } = await gorp(["compare", ...words]);
    assertEquals([code, said, complained.trimEnd().split("\n").length], [2, "", 1], complained);
    assert(complained.includes(sentence), complained);
  }
});

Deno.test("./gorp compare leaves runs, a table with budgets, a report and a summary; report draws them again", async () => {
  const out = await Deno.makeTempDir();
  try {
    const small = ["--quick", "--set", "steps=2", "--set", "testRows=10", "--set", "loraRank=4"];
    const words = ["--methods", "seq-lora,gorp:covariance,o-lora", ...small, "--out", out];
    const { code, stdout, stderr } = await gorp(["compare", ...words, "--json", `${out}/first.json`]);
    assertEquals(code, 0, stderr);
    const rows = (text: string) => text.split("\n").map((line) => line.split(/ {2,}/)[0]).slice(1, 4);
    const labels = ["SeqLoRA", "B+L+S (covariance)", "O-LoRA"];
    assertEquals(rows(stdout), labels);
    for (
      const said of [
        "AP − SeqLoRA",
        "O-LoRA with lambda1 0.1, lambda2 0.",
        "Budget, the same for all: 6 steps a run, 2,016 tokens with padding",
        "Budgets differ in trained weights: 4,096 (SeqLoRA, O-LoRA), 20,480 (B+L+S (covariance)).",
      ]
    ) assert(stdout.includes(said), stdout);
    const { methods, comparisons, runs } = JSON.parse(Deno.readTextFileSync(`${out}/first.json`));
    const told = methods.map((
      { method, profile, label }: Record<string, string>,
    ) => [method, profile, label]);
    assertEquals(told, [
      ["SeqLoRA", "published", "SeqLoRA"],
      ["GORP", "covariance", "B+L+S (covariance)"],
      ["O-LoRA", "published", "O-LoRA"],
    ]);
    assertEquals([methods[0].budget.steps, methods[0].budget.tokens], [6, 2016]);
    assertEquals(comparisons.map(({ against }: { against: string }) => against), ["SeqLoRA", "SeqLoRA"]);
    assertEquals(runs.length, 3);
    assertEquals(rows((await gorp(["report", out])).stdout), labels);
    assert(Deno.readTextFileSync(`${out}/report.html`).includes("difference to SeqLoRA"));
    const ofOne = await gorp(["run", "--method", "o-lora", ...small, "--out", out]);
    assert(ofOne.stderr.includes("(reused)"), "runs are shared with ./gorp run");
    assertEquals(listRuns(out).length, 3);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
