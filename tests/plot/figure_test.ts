import { assert, assertEquals, assertThrows } from "@std/assert";
import { figure } from "../../lib/plot/figure.ts";
import { inTheme } from "../../lib/plot/in_theme.ts";
import { themeColors, themeTemplate } from "../../lib/plot/theme.ts";

const parts = {
  title: "Loss",
  alt: "The loss falls.",
  data: [{ type: "scatter", y: Float32Array.of(2, NaN, Infinity, 0.5), name: undefined }],
  layout: { height: 300 },
};

Deno.test("figure: JSON is what plotly reads, without typed arrays, NaN and undefined", () => {
  const value = JSON.parse(JSON.stringify(figure(parts)));
  assertEquals(Object.keys(value), ["data", "layout"]);
  assertEquals(value.data, [{ type: "scatter", y: [2, null, null, 0.5] }]);
  assertEquals(value.layout.height, 300);
});

Deno.test("figure: keeps nothing of what it was made from", () => {
  const y = [1, 2];
  const made = figure({ ...parts, data: [{ y }] });
  y[0] = 99;
  assertEquals(made.data[0].y, [1, 2]);
});

Deno.test("figure: needs a height", () => {
  assertThrows(() => figure({ ...parts, layout: {} }), RangeError, "layout.height");
});

Deno.test("inTheme: changes the template and nothing else", () => {
  const light = figure(parts);
  const dark = inTheme(light, "dark");
  assertEquals(dark.data, light.data);
  assertEquals({ ...dark.layout, template: null }, { ...light.layout, template: null });
  assertEquals(dark.layout.template, themeTemplate("dark"));
});

Deno.test("theme: text has enough contrast on paper and on every cell of a heatmap", () => {
  for (const [name, { paper, ink, quiet, sequence }] of Object.entries(themeColors)) {
    assert(contrast(ink, paper) >= 7, `${name} ink`);
    assert(contrast(quiet, paper) >= 4.5, `${name} quiet`);
    for (const color of sequence) assert(contrast(ink, color) >= 4.5, `${name} ink on ${color}`);
  }
});

/** Contrast of two colours as defined by WCAG 2. */
function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
