import { assert, assertEquals } from "@std/assert";
import { begin, type CellEvent, end, recorder, reportWith, value } from "../../lib/notebook/cell_events.ts";
import { useSink } from "../../lib/notebook/sink.ts";
import { lossFigure } from "../../lib/plot/loss_figure.ts";
import { emptySpace } from "../../lib/projection/shared_space.ts";

/** The media types of what a cell with this last value shows. */
async function shownBy(last: unknown): Promise<string[][]> {
  const events: CellEvent[] = [];
  reportWith((event) => events.push(event));
  using _ = useSink(recorder);
  begin(1);
  value(last);
  await end();
  const outputs = events.flatMap((event) => event.type === "end" ? event.outputs : []);
  return outputs.map((output) => "data" in output ? Object.keys(output.data) : [output.output_type]);
}

Deno.test("the last value of a cell shows itself: figures as pictures, records by their own forms", async () => {
  assertEquals(await shownBy(lossFigure({ series: [] })), [["image/png", "text/plain"]]);
  assertEquals(await shownBy(emptySpace(3)), [["text/plain", "text/html"]]);
  assertEquals(await shownBy({ a: 1 }), [["text/plain"]]);
  assertEquals(await shownBy(undefined), []);
  assert(Deno.inspect(emptySpace(3)).includes("dimension: 3"));
});
