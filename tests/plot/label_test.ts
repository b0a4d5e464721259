import { assertEquals } from "@std/assert";
import { distinctNames, percent, plotlyText, shorten, tickLabels } from "../../lib/plot/label.ts";

Deno.test("label: names cannot be HTML, and stay on one line", () => {
  assertEquals(plotlyText("<b>a & b</b>\n c"), "&lt;b&gt;a &amp; b&lt;/b&gt; c");
  assertEquals(tickLabels(["<i>", "abcdefghij"], 6), ["&lt;i&gt;", "abc…ij"]);
});

Deno.test("label: long names keep their ends, counted in characters", () => {
  assertEquals(shorten("natural language inference", 14), "natural…erence");
  assertEquals(shorten("short", 5), "short");
  assertEquals([...shorten("🙂".repeat(20), 7)].length, 7);
});

Deno.test("label: percent has one decimal, a real minus, no minus zero, a dash for nothing", () => {
  assertEquals([0.8876, -0.435, -0.0001, 0, 1].map((value) => percent(value)), [
    "88.8",
    "−43.5",
    "0.0",
    "0.0",
    "100.0",
  ]);
  assertEquals([null, undefined, NaN].map((value) => percent(value)), ["–", "–", "–"]);
  assertEquals(percent(0.996, 0), "100");
});

Deno.test("label: layer names lose what they share", () => {
  assertEquals(
    distinctNames(["encoder.block.0.attention.q", "decoder.block.0.attention.v"]),
    ["encoder.q", "decoder.v"],
  );
  assertEquals(
    distinctNames([
      "encoder.block.0.layer.0.SelfAttention.q",
      "decoder.block.0.layer.0.SelfAttention.q",
      "decoder.block.1.layer.1.EncDecAttention.q",
      "decoder.block.0.layer.1.EncDecAttention.q",
    ]),
    [
      "encoder.0.SelfAttention",
      "decoder.0.SelfAttention",
      "decoder.1.EncDecAttention",
      "decoder.0.EncDecAttention",
    ],
  );
  assertEquals(distinctNames(["a.b", "a.b.c"]), ["a.b", "a.b.c"]);
  assertEquals(distinctNames(["only.one"]), ["only.one"]);
  assertEquals(distinctNames([]), []);
});
