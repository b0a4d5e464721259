import { assert, assertEquals } from "@std/assert";
import { figureHtml } from "../../lib/notebook/figure_html.ts";
import { figure } from "../../lib/plot/figure.ts";
import { renderPng } from "../../lib/plot/render_png.ts";
import { thinTraces } from "../../lib/plot/thin_traces.ts";
import { Random } from "../../lib/tensor/random.ts";

const count = 50_000;
const random = new Random(9, "thin traces");
const noise = Float64Array.from({ length: count }, () => random.normal());
const steps = Int32Array.from({ length: count }, (_, i) => i);

Deno.test("a line of 50,000 points keeps every extreme that a picture shows, ends and gaps", () => {
  const y = noise.slice();
  y[12_345] = 40;
  y[40_000] = -30;
  y[7000] = NaN;
  const { traces: [trace], note } = thinTraces([{ type: "scatter", mode: "lines", x: steps, y }]);
  const [keptX, keptY] = [trace.x as number[], trace.y as number[]];
  assert(keptY.length <= 5000 && keptX.length === keptY.length);
  assertEquals([keptX[0], keptX.at(-1)], [0, count - 1]);
  for (const at of [12_345, 40_000, 7000]) assert(keptX.includes(at), `${at}`);
  assert(keptX.every((x, i) => Object.is(y[x], keptY[i]) && (i === 0 || x > keptX[i - 1])));
  for (let pixel = 0; pixel < 1000; pixel++) {
    const stretch = y.slice(pixel * 50, pixel * 50 + 50).filter(Number.isFinite);
    const kept = keptY.filter((value, i) => Math.floor(keptX[i] / 50) === pixel && Number.isFinite(value));
    assertEquals([Math.min(...kept), Math.max(...kept)], [Math.min(...stretch), Math.max(...stretch)]);
  }
  assertEquals(note, null);
});

Deno.test("of 50,000 markers some are kept, with their own colours and words, and the figure says so", () => {
  const x = Float64Array.from({ length: count }, () => random.normal());
  const words = Array.from(x, (value) => `at ${value}`);
  const colors = Array.from({ length: count }, (_, i) => i);
  const shown = figure({
    title: "Cloud",
    alt: "A cloud.",
    data: [{
      type: "scatter",
      mode: "markers",
      x,
      y: noise,
      hovertext: words,
      marker: { color: colors, size: 3 },
    }],
    layout: { height: 400 },
  });
  const [trace] = shown.data as {
    x: number[];
    y: number[];
    hovertext: string[];
    marker: { color: number[] };
  }[];
  assert(trace.x.length > 700 && trace.x.length <= 1000);
  trace.marker.color.forEach((i, at) => {
    assertEquals(trace.hovertext[at], words[i]);
    assert(Math.abs(trace.x[at] - x[i]) < 1e-4 && Math.abs(trace.y[at] - noise[i]) < 1e-4);
  });
  const said = `${trace.x.length.toLocaleString("en-US")} of 50,000 points drawn`;
  assert(shown.alt.endsWith(`${said}.`));
  assert(JSON.stringify(shown.layout.annotations).includes(said));
});

Deno.test("a figure of 50,000 points is under a megabyte in a notebook, and shorter ones are left as they are", async () => {
  for (const mode of ["lines", "markers", "lines+markers"]) {
    const data = [{ type: "scatter", mode, x: steps, y: noise }];
    const shown = figure({ title: mode, alt: "Noise.", data, layout: { height: 400 } });
    const png = (await renderPng(shown)).toBase64();
    const bytes = figureHtml(shown, png).length + png.length;
    assert(bytes < 1e6, `${mode}: ${bytes} bytes`);
  }
  const y = Array.from({ length: 4000 }, (_, i) => i / 3);
  const short = { type: "scatter", mode: "markers", y };
  assertEquals(thinTraces([short]).traces[0], short);
  const histogram = { type: "histogram", x: noise };
  assertEquals(thinTraces([histogram]).traces[0], histogram);
});

Deno.test("long lists lose no digit that the range needs", () => {
  const y = Float64Array.from({ length: 2000 }, (_, i) => 1e6 + i / 3e4);
  const shown = figure({ title: "Flat", alt: "Flat.", data: [{ y }], layout: { height: 300 } });
  const kept = shown.data[0].y as number[];
  kept.forEach((value, i) => assert(Math.abs(value - y[i]) < 1e-5 * (y[1999] - y[0])));
});
