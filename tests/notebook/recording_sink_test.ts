import { assertEquals } from "@std/assert";
import { recordingSink } from "../../lib/notebook/recording_sink.ts";

Deno.test("recordingSink joins text to one stream and keeps the order of streams", () => {
  const sink = recordingSink();
  sink.write("a\n");
  sink.write("b\n");
  sink.write("c\n", "stderr");
  sink.write("d\n");
  assertEquals(sink.take(), [
    { output_type: "stream", name: "stdout", text: "a\nb\n" },
    { output_type: "stream", name: "stderr", text: "c\n" },
    { output_type: "stream", name: "stdout", text: "d\n" },
  ]);
  assertEquals(sink.take(), []);
});

Deno.test("recordingSink replaces what is updated, in its place", () => {
  const sink = recordingSink();
  sink.display({ "text/plain": "0 %" }, "bar");
  sink.write("after\n");
  sink.update({ "text/plain": "100 %" }, "bar");
  sink.update({ "text/plain": "lost" }, "unknown");
  const [first, second] = sink.take();
  assertEquals(first, { output_type: "display_data", data: { "text/plain": "100 %" }, metadata: {} });
  assertEquals(second.output_type, "stream");
});
