import { assertEquals } from "@std/assert";
import { duration } from "../../lib/cli/duration.ts";
import { ProgressLine } from "../../lib/cli/progress_line.ts";

function recorder(isTerminal: boolean, width = 80) {
  const clock = { time: 0 };
  const written: string[] = [];
  const output = {
    isTerminal,
    width,
    write: (text: string) => void written.push(text),
    now: () => clock.time,
  };
  return { clock, written, output };
}

Deno.test("durations: two digits below a minute, then minutes and hours", () => {
  const lengths = [0.0421, 1.23, 9.96, 59.4, 59.6, 61, 3599, 3600, 7820];
  const words = ["0.042 s", "1.2 s", "10 s", "59 s", "1 min 00 s", "1 min 01 s", "59 min 59 s", "1 h 00 min"];
  assertEquals(lengths.map(duration), [...words, "2 h 10 min"]);
});

Deno.test("progress: on a terminal the line is rewritten, fitted and removed", () => {
  const { clock, written, output } = recorder(true, 20);
  const line = new ProgressLine(100, output);
  line.update(0, "start");
  line.update(1, "too soon");
  clock.time = 200;
  line.update(50, "a");
  clock.time = 400;
  line.update(51, "a note that is much too long");
  line.print("kept");
  assertEquals(written, [
    "\r  0 %  start",
    "\r 50 %  a    ",
    "\r 51 %  a note that…",
    "\r                   \r",
    "kept\n",
  ]);
});

Deno.test("progress: in a log there is a line every five seconds, with the time left", () => {
  const { clock, written, output } = recorder(false, Infinity);
  using line = new ProgressLine(100, output);
  for (clock.time = 0; clock.time <= 10_000; clock.time += 500) line.update(clock.time / 200, "training");
  assertEquals(written, [
    " 25 %  training · 15 s left\n",
    " 50 %  training · 10 s left\n",
  ]);
});

Deno.test("progress: skipped work does not make the rest look faster", () => {
  const { clock, written, output } = recorder(false, Infinity);
  using line = new ProgressLine(100, output);
  line.skip(50);
  clock.time = 10_000;
  line.update(60, "x");
  assertEquals(written, [" 60 %  x · 40 s left\n"]);
});
