import { assert, assertEquals } from "@std/assert";
import { kernelSink } from "../../lib/notebook/kernel_sink.ts";

type Message = [type: string, content: Record<string, unknown>];

Deno.test("kernelSink sends the text of one synchronous stretch as one message a stream", async () => {
  const sent: Message[] = [];
  const sink = kernelSink((type, content) => void sent.push([type, content]));
  for (let line = 0; line < 100; line++) sink.write(`${line}\n`);
  sink.write("warning\n", "stderr");
  await sink.sent();
  assertEquals(sent.length, 2);
  assertEquals(String(sent[0][1].text).split("\n").length, 101);
  assertEquals(sent[1], ["stream", { name: "stderr", text: "warning\n" }]);
});

Deno.test("kernelSink keeps the order of text and displays, one message at a time", async () => {
  const sent: Message[] = [];
  let underway = 0;
  const sink = kernelSink(async (type, content) => {
    assertEquals(underway++, 0);
    await new Promise((resolve) => setTimeout(resolve, 1));
    underway--;
    sent.push([type, content]);
  });
  sink.write("before\n");
  sink.display({ "text/plain": "0 %" }, "bar");
  sink.write("between\n");
  sink.update({ "text/plain": "100 %" }, "bar");
  await sink.sent();
  assertEquals(sent.map(([type]) => type), ["stream", "display_data", "stream", "update_display_data"]);
  assertEquals(sent[3][1].transient, { display_id: "bar" });
});

Deno.test("kernelSink sends thousands of awaited lines in few messages and loses none", async () => {
  const sent: Message[] = [];
  const sink = kernelSink((type, content) => void sent.push([type, content]));
  for (let line = 0; line < 5000; line++) {
    sink.write("x\n");
    await Promise.resolve();
  }
  await sink.settle();
  assertEquals(sent.map(([, { text }]) => text).join("").length, 10000);
  assert(sent.length < 200, `${sent.length} messages`);
});

Deno.test("kernelSink.settle waits after messages and only then", async () => {
  const sink = kernelSink(() => {});
  const time = async () => {
    const before = performance.now();
    await sink.settle();
    return performance.now() - before;
  };
  assert(await time() < 40);
  sink.write("a");
  assert(await time() >= 49);
  assert(await time() < 40);
});
