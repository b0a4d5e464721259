import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { loadFonts } from "../../lib/plot/fonts.ts";
import { packageFile } from "../../lib/plot/package_file.ts";
import { PngThread } from "../../lib/plot/png_thread.ts";
import { renderPng } from "../../lib/plot/render_png.ts";
import { rememberingSvg, renderSvg } from "../../lib/plot/render_svg.ts";
import { themeColors } from "../../lib/plot/theme.ts";
import { sampleFigures } from "./sample_figures.ts";

const { figure } = sampleFigures["accuracy matrix, 4 tasks"];

Deno.test("renderPng: a PNG of the size asked for", async () => {
  const png = await renderPng(figure, { width: 700, height: 320, scale: 1.5 });
  assertEquals([...png.slice(0, 8)], [137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer);
  assertEquals([view.getUint32(16), view.getUint32(20)], [1050, 480]);
  assert(png.length > 10_000, "an empty picture");
});

Deno.test("renderSvg: the same figure gives the same text, with a title and a description", async () => {
  for (const name of ["accuracy matrix, 4 tasks", "ablation, 1 task", "loss of one run"]) {
    const { figure } = sampleFigures[name];
    const [first, second] = [await renderSvg(figure), await renderSvg(figure)];
    assertEquals(first, second, name);
    assert(first.startsWith("<svg") && first.includes(`height="${figure.height}"`));
    assert(first.includes(`<title>${figure.title}</title>`) && first.includes(`<desc>${figure.alt}</desc>`));
  }
});

Deno.test("rememberingSvg: draws what renderSvg draws, each size and theme once", async () => {
  const draw = rememberingSvg();
  for (const options of [{}, { theme: "dark" }, { width: 500 }] as const) {
    const drawn = draw(figure, options);
    assert(draw(figure, { ...options }) === drawn);
    assertEquals(await drawn, await renderSvg(figure, options));
  }
});

Deno.test("PngThread: the pictures that renderPng makes, in any order, and what went wrong", async () => {
  using thread = new PngThread();
  const figures = ["ablation, 1 task", "loss of one run"].map((name) => sampleFigures[name].figure);
  const drawn = await Promise.all(figures.map((figure) => renderSvg(figure)));
  const pictures = await Promise.all(drawn.map((svg) => thread.pngOf(svg)));
  for (const [i, figure] of figures.entries()) assertEquals(pictures[i], await renderPng(figure));
  await assertRejects(() => thread.pngOf("no svg"), Error, "A picture could not be made");
  const waiting = thread.pngOf(drawn[0]);
  thread[Symbol.dispose]();
  for (const late of [waiting, thread.pngOf(drawn[0])]) {
    await assertRejects(() => late, Error, "its thread was ended");
  }
});

Deno.test("renderSvg: each theme has its own colours", async () => {
  for (const theme of ["light", "dark"] as const) {
    const svg = await renderSvg(figure, { theme });
    const { paper, ink, sequence } = themeColors[theme];
    for (const color of [paper, ink]) {
      const rgb = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16)).join(", ");
      assert(svg.includes(`rgb(${rgb})`), `${theme} ${color}`);
    }
    assert(svg.includes(sequence[0]) || svg.includes("svg+xml;base64"), "no heatmap");
  }
});

Deno.test("renderSvg: fills in nothing in the global scope", async () => {
  const before = Object.getOwnPropertyNames(globalThis).length;
  await renderSvg(figure);
  assertEquals(Object.getOwnPropertyNames(globalThis).length, before);
  assert(!("document" in globalThis) && !("Plotly" in globalThis));
});

Deno.test("renderSvg: lets other work run, so that memory is freed and a notebook can be stopped", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  for (let i = 0; i < 3; i++) await renderSvg(figure);
  clearInterval(timer);
  assert(turns >= 2, `${turns} turns of the event loop`);
});

Deno.test("font metrics: text is as wide as the renderer draws it", async () => {
  const { regular, bold } = await loadFonts();
  const { Resvg } = await import("@resvg/resvg-wasm");
  await renderPng(figure);
  for (const [font, weight] of [[regular, "normal"], [bold, "bold"]] as const) {
    for (const text of ["H", "average performance", "B+L+S (covariance) · 88.8 %", "−0,5 … Ωж"]) {
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="200"><text x="10" y="100" ` +
        `font-family="DejaVu Sans" font-size="50" font-weight="${weight}">${text}</text></svg>`;
      const drawn = new Resvg(svg, {
        font: { fontBuffers: [regular.bytes, bold.bytes], defaultFontFamily: "DejaVu Sans" },
      });
      const box = drawn.innerBBox()!;
      // The ink is narrower than the advance by the bearings of the first and the last letter, and by kerning.
      assertAlmostEquals(box.width / 50, font.metrics.width(text), 0.3);
      drawn.free();
    }
  }
});

Deno.test("packageFile: says what is missing and what to do", async () => {
  await assertRejects(
    () => packageFile("no-such-package/file", () => Promise.resolve()),
    Error,
    "no-such-package/file",
  );
});

Deno.test("rendering works without a network once packages are cached", async () => {
  await renderPng(figure);
  const script = `
    const { renderPng } = await import(${
    JSON.stringify(import.meta.resolve("../../lib/plot/render_png.ts"))
  });
    const { lossFigure } = await import(${
    JSON.stringify(import.meta.resolve("../../lib/plot/loss_figure.ts"))
  });
    console.log((await renderPng(lossFigure({ series: [] }))).length > 1000);`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--cached-only",
      "--allow-read",
      "--allow-env",
      "--deny-net",
      "--no-prompt",
      "--config",
      new URL("../../deno.json", import.meta.url).pathname,
      `data:application/typescript,${encodeURIComponent(script)}`,
    ],
  }).output();
  assertEquals(new TextDecoder().decode(stdout).trim(), "true", new TextDecoder().decode(stderr));
});
