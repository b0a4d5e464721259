import { assert, assertEquals, assertThrows } from "@std/assert";
import { lossPicture } from "../../lib/notebook/loss_picture.ts";
import { progress } from "../../lib/notebook/progress.ts";
import { recordingSink } from "../../lib/notebook/recording_sink.ts";
import { useSink } from "../../lib/notebook/sink.ts";
import { terminalLine } from "../../lib/notebook/terminal_line.ts";

Deno.test("progress leaves one output that holds no time", async () => {
  const sink = recordingSink();
  using _ = useSink(sink);
  const shown = progress("Training <1>", { total: 1000 });
  for (let step = 1; step <= 1000; step++) {
    shown.update(step, { loss: step === 5 ? NaN : 1 / step, note: step > 500 ? "task 2" : "task 1" });
  }
  await shown.finish("finished");
  const outputs = sink.take();
  assertEquals(outputs.length, 1);
  assert(outputs[0].output_type === "display_data");
  assertEquals(outputs[0].data["text/plain"], "Training <1> · 1000 of 1000 · finished · loss 0.00100");
  assert(String(outputs[0].data["text/html"]).startsWith("<div>Training &#60;1&#62; · 1000 of 1000"));
  assertThrows(() => progress("Nothing", { total: 0 }), RangeError, "above 0");
});

Deno.test("lossPicture draws averages from the top to the bottom, and marks what begins", () => {
  const curve = Array.from({ length: 10_000 }, (_, i) => ({ done: i + 1, value: 100 - i / 100 }));
  const svg = lossPicture({ done: 5000, total: 10_000, curve, starts: [2500] });
  const points = svg.match(/points="([^"]*)"/)![1].split(" ").map((point) => point.split(",").map(Number));
  assert(points.length <= 241, `${points.length} points`);
  assert(points[0][1] < points.at(-1)![1]);
  assertEquals(svg.match(/<rect width="240"/g)?.length, 1);
  assertEquals(svg.match(/M120 /g)?.length, 1);
  assert(!/NaN|Infinity/.test(lossPicture({ done: 0, total: 1, curve: [], starts: [] })));
  assert(
    !/NaN|Infinity/.test(lossPicture({
      done: 2,
      total: 2,
      curve: [{ done: 1, value: 3 }, { done: 2, value: 3 }],
      starts: [],
    })),
  );
});

Deno.test("terminalLine rewrites a line on a terminal and is sparing elsewhere", () => {
  const written: string[] = [];
  let now = 0;
  const output = (columns?: number) => ({
    columns,
    now: () => now,
    write: (text: string) => void written.push(text),
  });
  const line = terminalLine(output(8));
  line("1 of 100", false);
  line("2", false);
  line("3", true);
  assertEquals(written.splice(0), ["\r1 of 10", "\r2      ", "\r3\n"]);
  const log = terminalLine(output());
  log("soon", false);
  now = 6000;
  log("later", false);
  log("again", false);
  log("end", true);
  assertEquals(written, ["later\n", "end\n"]);
});
