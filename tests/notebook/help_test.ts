import { assert, assertRejects } from "@std/assert";
import { help } from "../../lib/notebook/help.ts";
import { recordingSink } from "../../lib/notebook/recording_sink.ts";
import { show } from "../../lib/notebook/show.ts";
import { useSink } from "../../lib/notebook/sink.ts";

Deno.test("help prints the documentation of a function, by itself or by name", async () => {
  const sink = recordingSink();
  using _ = useSink(sink);
  await help(show);
  const [byItself] = sink.take();
  assert(byItself.output_type === "stream");
  assert(byItself.text.startsWith("async function show(value: Showable): Promise<void>\n"), byItself.text);
  assert(!byItself.text.includes("file://"));
  await help("Random.normal");
  const [byName] = sink.take();
  assert(byName.output_type === "stream" && byName.text.includes("normal("));
  await assertRejects(() => help("nothingOfThisName"), RangeError, "no help");
});
