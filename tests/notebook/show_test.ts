import { assert, assertEquals, assertRejects } from "@std/assert";
import { figureHtml, plotlyHtml } from "../../lib/notebook/figure_html.ts";
import { recordingSink } from "../../lib/notebook/recording_sink.ts";
import { say } from "../../lib/notebook/say.ts";
import { show, type Showable } from "../../lib/notebook/show.ts";
import { useSink } from "../../lib/notebook/sink.ts";
import { figure } from "../../lib/plot/figure.ts";

async function shown(value: Showable): Promise<Record<string, unknown>> {
  const sink = recordingSink();
  using _ = useSink(sink);
  await show(value);
  const [output] = sink.take();
  return output.output_type === "display_data" ? output.data : {};
}

const loss = figure({
  title: "Loss",
  alt: 'It falls </script> & "rises".',
  data: [{ type: "scatter", x: [1, 2], y: [2, 1], name: "</script><script>alert(1)</script>" }],
  layout: { height: 300 },
});

Deno.test("show gives a table as text and HTML, escaped, with short numbers", async () => {
  const table = await shown([{ variant: "B", share: 0.123456 }, { variant: "<b>", share: null, more: 3 }]);
  assertEquals(table["text/plain"], "variant   share  more\nB        0.1235     –\n<b>           –     3");
  assert(!String(table["text/html"]).includes("<b>"));
});

Deno.test("show takes HTML and values that know how they are shown", async () => {
  assertEquals(await shown({ html: "<i>x</i>", text: "x" }), { "text/html": "<i>x</i>", "text/plain": "x" });
  const own = { [Symbol.for("Jupyter.display")]: () => Promise.resolve({ "text/plain": "own" }) };
  assertEquals(await shown(own), { "text/plain": "own" });
  await assertRejects(() => shown(new Map()), TypeError, "show needs a figure");
});

Deno.test("show records a figure as a picture and a sentence", async () => {
  const output = await shown(loss);
  assertEquals(Object.keys(output), ["image/png", "text/plain"]);
  assertEquals(output["text/plain"], `Loss: ${loss.alt}`);
});

Deno.test("a figure's page holds no text that could end its script", () => {
  const html = figureHtml(loss, "iVBO");
  assertEquals(html.split("</script").length, 2);
  assertEquals(html.split("<script").length, 2);
  assert(html.includes('alt="It falls &#60;/script&#62; &#38; &#34;rises&#34;."'), html.slice(0, 300));
  assert(html.endsWith(");</script>"));
  assertEquals(plotlyHtml("a = '</script>';").split("</script").length, 2);
});

Deno.test("say gives prose as Markdown and as plain text", async () => {
  const sink = recordingSink();
  using _ = useSink(sink);
  await say("An error of **3 %** at $k = 2$.");
  const [output] = sink.take();
  assertEquals(output.output_type === "display_data" && output.data, {
    "text/markdown": "An error of **3 %** at $k = 2$.",
    "text/plain": "An error of 3 % at $k = 2$.",
  });
});
