import { assert, assertEquals } from "@std/assert";
import type { Figure } from "../../lib/plot/figure.ts";
import { headlessPlotly } from "../../lib/plot/headless_plotly.ts";
import { inTheme } from "../../lib/plot/in_theme.ts";
import { variantStyles } from "../../lib/plot/palette.ts";
import { shareRemovedFigure } from "../../lib/plot/share_removed_figure.ts";
import { renderSvg } from "../../lib/plot/render_svg.ts";
import { emptyFigures, hostile, sampleFigures } from "./sample_figures.ts";

async function complaints(figure: Figure): Promise<string[]> {
  const { plotly } = await headlessPlotly();
  const { data, layout } = structuredClone(inTheme(figure, "dark"));
  // Plotly's check (not its drawing) refuses every name of a colour axis.
  return (plotly.validate(data, layout) ?? []).map(({ msg }) => msg)
    .filter((message) => !message.endsWith("key coloraxis is set to an invalid value (coloraxis)"));
}

/** All text of a picture as a reader sees it, with the parts of one text joined. */
function textOf(svg: string): string {
  return [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/gs)].map(([, inside]) => inside.replace(/<[^>]*>/g, ""))
    .join("\n")
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

for (const [name, { figure, texts, counts = {} }] of Object.entries(sampleFigures)) {
  Deno.test(`figure "${name}": plotly finds nothing wrong`, async () => {
    assertEquals(await complaints(figure), []);
  });

  Deno.test(`figure "${name}": the picture holds its titles, units and marks`, async () => {
    const svg = await renderSvg(figure);
    const text = textOf(svg);
    for (
      const wanted of [figure.title.slice(0, 40), ...texts]
    ) {
      assert(text.includes(wanted), `"${wanted}" is not in:\n${text}`);
    }
    for (const [kind, count] of Object.entries(counts)) {
      assertEquals(svg.match(new RegExp(`class="${kind}[" ]`, "g"))?.length ?? 0, count, kind);
    }
    const drawn = svg.replace(/<desc>.*?<\/desc>/s, "").replaceAll("legendundefined", ""); // plotly's name for bars
    assert(!/NaN|Infinity|undefined/.test(drawn), "a broken number");
    const legend = /<g class="legend"[^>]*translate\([\d.]+,([\d.]+)\)"><rect[^>]* height="([\d.]+)"/.exec(
      svg,
    );
    const { margin } = figure.layout as { margin: { t: number } };
    if (legend) {
      assert(Number(legend[1]) + Number(legend[2]) <= margin.t + 4, "the legend reaches into the plot");
    }
    assert(!svg.includes(hostile) && !/<script|<b>/.test(svg), "a name has become markup");
  });

  Deno.test(`figure "${name}": its words describe it`, () => {
    assert(figure.alt.length > 40 && figure.alt.length < 2000 && figure.alt.endsWith("."));
    assert(!/NaN|undefined|null/.test(figure.alt), figure.alt);
  });
}

for (const [name, figure] of Object.entries(emptyFigures)) {
  Deno.test(`figure "${name}" of nothing: says so`, async () => {
    assertEquals(await complaints(figure), []);
    assert(textOf(await renderSvg(figure)).includes("nothing measured yet"));
    assert(figure.alt.includes("nothing measured yet"));
  });
}

Deno.test("share removed: rows of results have the colours they have everywhere", () => {
  const points = [{ task: 1, step: 1, value: 0.5 }];
  const { data } = shareRemovedFigure({ series: [{ name: "B+L+S", points }, { name: "other", points }] });
  const [row, other] = data.map(({ line }) => (line as { color: string }).color);
  assertEquals(row, variantStyles["B+L+S"].color);
  assert(other !== row);
});

Deno.test("ablation: transfer over one task is not drawn as 0", () => {
  const { figure } = sampleFigures["ablation, 1 task"];
  assertEquals(figure.data.filter(({ xaxis, x }) => xaxis === "x2" && (x as number[]).length > 0).length, 0);
});

Deno.test("ablation: a difference whose interval holds 0 is drawn open", () => {
  const { figure } = sampleFigures["ablation, 4 tasks"];
  const differences = figure.data.filter(({ xaxis, mode }) => xaxis === "x4" && mode === "markers+text");
  for (const { x, error_x, marker } of differences as Record<string, Record<string, unknown>>[]) {
    const mean = (x as unknown as number[])[0];
    const [high, low] = [error_x.array as number[], error_x.arrayminus as number[]].map(([reach]) => reach);
    const holdsZero = mean - low <= 0 && mean + high >= 0;
    assertEquals((marker.symbol as string).endsWith("-open"), holdsZero);
  }
});
