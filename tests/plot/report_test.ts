import { assert, assertEquals, assertRejects } from "@std/assert";
import { experimentFigures } from "../../lib/plot/experiment_figures.ts";
import type { RecordedRun } from "../../lib/plot/recorded_run.ts";
import { renderReport, type Report, writeReport } from "../../lib/plot/report.ts";
import { reportHeadline } from "../../lib/plot/report_headline.ts";
import { reportTable } from "../../lib/plot/report_table.ts";
import type { Run } from "../../lib/results/run.ts";
import { hostile, sampleFigures } from "./sample_figures.ts";
import * as sample from "./sample_results.ts";

const report: Report = {
  title: `Ablation ${hostile}`,
  introduction: "What L and S bring.",
  summary: { ...sample.summary(4, 3), suite: hostile },
  command: `./gorp ablate --suite '${hostile}'`,
  created: new Date("2026-01-02T03:04:05Z"),
  notes: [`A note ${hostile}`],
  figures: [{
    figure: sampleFigures["accuracy matrix, 15 tasks, only learned ones measured"].figure,
    caption: hostile,
  }],
  configuration: { name: hostile },
  versions: { deno: "2", [hostile]: "1" },
};

const rendered = renderReport(report);
const withoutPlotly = async () => {
  const parts = (await rendered).split(/<script>\n/);
  return [parts[0], ...parts.slice(2)].join("");
};

Deno.test("report: holds what was run, the rows, notes, captions, configuration and versions", async () => {
  const html = await withoutPlotly();
  for (
    const text of [
      "2026-01-02 03:04 UTC",
      "B+L+S (covariance)",
      "A note",
      "Figure 1.",
      "Versions",
      "What L and S",
    ]
  ) {
    assert(html.includes(text), text);
  }
});

Deno.test("report: names cannot become markup or end a script", async () => {
  const html = await withoutPlotly();
  assert(!html.includes("<script>alert") && !html.includes("<b>&quot;x") && !html.includes('<b>"x"'));
  assertEquals((await rendered).match(/<script[\s>]/g)?.length, 3 + scriptsInside(await rendered));
  const json = /<script type="application\/json" id="figure-data">(.*?)<\/script>/s.exec(html)![1];
  const { figures, options } = JSON.parse(json);
  assertEquals(figures.length, 1);
  assertEquals(options.showSendToCloud, false);
});

/** Plotly's own text may speak of scripts; only what a parser would see as an end matters. */
function scriptsInside(html: string): number {
  const source = html.split("<script>\n")[1].split("</script>")[0];
  return source.match(/<script[\s>]/g)?.length ?? 0;
}

Deno.test("report: fetches nothing", async () => {
  const html = await withoutPlotly();
  const addresses = [...html.matchAll(/\b(?:src|href|srcset|action|data|poster)\s*=\s*"([^"]*)"/g)].map((
    [, url],
  ) => url);
  assert(addresses.length >= 2);
  assertEquals(addresses.filter((url) => !url.startsWith("data:image/svg+xml;base64,")), []);
  assert(!/@import|url\(|<link|<iframe|<base/.test(html));
  assert(html.includes(`http-equiv="Content-Security-Policy" content="default-src 'none';`));
  for (const [, base64] of html.matchAll(/data:image\/svg\+xml;base64,([A-Za-z0-9+/=]+)/g)) {
    const inside = atob(base64);
    assert(!/(?:href|src)="(?!data:|#)/.test(inside), "a picture refers to something outside");
  }
});

Deno.test("report: shows a still picture for each theme before any script runs", async () => {
  const html = await withoutPlotly();
  for (const theme of ["light", "dark"]) {
    assert(
      new RegExp(`<img class="${theme}" src="data:image/svg\\+xml;base64,[^"]+" alt="[^"]{40,}"`).test(html),
      theme,
    );
  }
});

Deno.test("report: is written whole or not at all", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/report.html`;
    await Deno.writeTextFile(path, "earlier");
    const broken = { ...report, figures: [{ figure: null, caption: "" }] } as unknown as Report;
    await assertRejects(() => writeReport(path, broken), Error);
    assertEquals(await Deno.readTextFile(path), "earlier");
    await writeReport(path, { ...report, figures: [] });
    assert((await Deno.readTextFile(path)).startsWith("<!DOCTYPE html>"));
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("report table: intervals, clear differences in bold, dashes for one task", () => {
  const table = reportTable(sample.summary(4, 8));
  assert(/<td>baseline|class="quiet">baseline/.test(table));
  assert(/<strong>\+\d+\.\d<\/strong><small>/.test(table));
  const single = reportTable(sample.summary(1, 2));
  assertEquals(single.match(/<td>–<\/td>/g)?.length, 10);
  assert(reportTable({ ...sample.summary(4, 2), variants: [] }).includes("Nothing was measured yet"));
});

Deno.test("report headline: says when a gain is not clear", () => {
  const { variants, comparisons } = sample.summary(4, 8);
  assert(/B\+L\+S \(covariance\) has the highest.*percentage points above B \(interval/.test(
    reportHeadline({ variants, comparisons }),
  ));
  const unclear = comparisons.map((one) => ({ ...one, difference: { mean: 0.01, low: -0.02, high: 0.04 } }));
  assert(reportHeadline({ variants, comparisons: unclear }).includes("contains 0"));
  assertEquals(reportHeadline({ variants: [], comparisons: [] }), "Nothing was measured yet.");
});

Deno.test("experiment figures: all kinds from runs; runs of the results layer fit", () => {
  const fits = (run: Run): RecordedRun => run;
  assert(fits instanceof Function);
  const figures = experimentFigures(sample.runs(4, 3), sample.summary(4, 3));
  assertEquals(figures.map(({ figure }) => figure.title), [
    "What each part brings",
    "Accuracy after each task",
    "Accuracy of each task over the sequence",
    "Training loss",
    "Growth of the shared space S",
    "Growth of the shared space S, layer by layer",
    "Capacity of S left in each layer",
    "Share of each gradient removed by S",
    "Principal angles between S and the gradient",
    "Singular values at the end of each task",
    "Average performance against cost",
  ]);
  assert(figures.every(({ caption }) => caption.length > 40));
});

Deno.test("experiment figures: of no runs say so", () => {
  const nothing = { variants: [], comparisons: [], seeds: 0, intervals: "" };
  for (const { figure } of experimentFigures([], nothing)) {
    assert(figure.alt.includes("nothing measured yet"));
  }
});
