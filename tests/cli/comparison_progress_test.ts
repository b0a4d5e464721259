import { assertEquals } from "@std/assert";
import { ComparisonProgress } from "../../lib/cli/comparison_progress.ts";
import { ProgressLine } from "../../lib/cli/progress_line.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";

Deno.test("progress of several runs at once shares a line; a lost one leaves it", () => {
  const clock = { time: 0 };
  const written: string[] = [];
  const output = {
    isTerminal: false,
    width: Infinity,
    write: (text: string) => void written.push(text),
    now: () => clock.time,
  };
  const size = { runs: 3, tasks: 2, steps: 50 };
  using progress = new ComparisonProgress(size, new ProgressLine(300, output));
  const [b, l, s] = (["B", "B+L", "B+S"] as const).map((variant, index) => ({
    method: gorp({ variant }),
    seed: 1,
    index,
  }));
  progress.onRun(b);
  progress.onRun(l);
  progress.onProgress(b, { kind: "training", task: 1, step: 0, loss: null });
  progress.onProgress(l, { kind: "training", task: 2, step: 0, loss: null }); // it goes on after its first task
  clock.time = 10_000;
  progress.onProgress(b, { kind: "training", task: 1, step: 50, loss: 0.5 });
  clock.time = 20_000;
  progress.onProgress(l, { kind: "testing", afterTask: 2, task: 1, rows: 3, total: 9 });
  progress.onProgress(l, { kind: "lost", text: "gone" });
  progress.onRun(s);
  clock.time = 30_000;
  progress.onProgress(b, { kind: "training", task: 2, step: 25, loss: 0.25 });
  assertEquals(written, [
    " 33 %  0/3 runs done · B, seed 1: task 1/2 · B+L, seed 1: task 2/2 · 40 s left\n",
    " 50 %  0/3 runs done · B, seed 1: task 1/2 · B+L, seed 1: after task 2 · 30 s left\n",
    "gone\n",
    " 25 %  0/3 runs done · B, seed 1: task 2/2 · B+S, seed 1: starting · 4 min 30 s left\n",
  ]);
});
