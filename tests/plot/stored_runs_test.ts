import { assert, assertEquals } from "@std/assert";
import { experimentFigures } from "../../lib/plot/experiment_figures.ts";
import { renderSvg } from "../../lib/plot/render_svg.ts";
import { reportTable } from "../../lib/plot/report_table.ts";
import { listRuns, openRun, type Run } from "../../lib/results/run_reader.ts";
import { openRunWriter, type RunWriter } from "../../lib/results/run_writer.ts";
import { summarize } from "../../lib/results/summary.ts";
import { sampleRecord, temporaryFolder } from "../results/sample_run.ts";

/** A stored run, with what `record` writes. */
function stored(folder: string, taskNames: readonly string[], record: (writer: RunWriter) => void): Run {
  const writer = openRunWriter(folder, sampleRecord({ label: "B", variant: "B" }), { taskNames });
  record(writer);
  writer.finish("finished");
  return openRun(folder);
}

/** Draws every figure of some runs; returns their text and words. */
async function drawn(runs: readonly Run[]): Promise<{ svg: string[]; alt: string[] }> {
  const figures = experimentFigures(runs, summarize(runs, { method: "student" })).map(({ figure }) => figure);
  const svg: string[] = [];
  for (const figure of figures) svg.push(await renderSvg(figure));
  const alt = figures.map((figure) => figure.alt);
  for (const text of alt) assert(!/NaN|undefined|null/.test(text), text);
  return { svg, alt };
}

Deno.test("an empty run: every figure says that nothing was measured", async () => {
  using folder = temporaryFolder();
  const run = stored(folder.path, ["a", "b"], () => {});
  const { alt } = await drawn([run]);
  assert(alt.length > 3 && alt.every((text) => text.includes("nothing measured yet")), alt.join("\n"));
});

Deno.test("a run of one task: transfer and forgetting are not defined, never 0", async () => {
  using folder = temporaryFolder();
  const run = stored(folder.path, ["only"], (writer) => {
    writer.accuracy({ afterTask: 0, task: 1, correct: 1, total: 4 });
    writer.accuracy({ afterTask: 1, task: 1, correct: 3, total: 4 });
    writer.metric({ task: 1, step: 1, metric: "loss", value: 1 });
  });
  const { alt: [ablation] } = await drawn([run]);
  assert(ablation.includes("backward transfer not defined for one task"), ablation);
  const cells = reportTable(summarize([run])).match(/<td>–<\/td>/g);
  assert(cells !== null && cells.length >= 2);
  const shown = (run as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  assert(
    shown["text/plain"].includes(
      "backward transfer not defined for one task, forgetting not defined for one task",
    ),
    shown["text/plain"],
  );
});

Deno.test("a diverged run: its NaN is shown as that, and stops no figure", async () => {
  using folder = temporaryFolder();
  const run = stored(folder.path, ["a", "b"], (writer) => {
    writer.metric({ task: 1, step: 1, metric: "loss", value: 1 });
    writer.metric({ task: 1, step: 2, metric: "loss", value: NaN });
    for (const task of [1, 2]) {
      writer.accuracy({ afterTask: 0, task, correct: 1, total: 4 });
      writer.accuracy({ afterTask: 1, task, correct: NaN, total: 4 });
    }
  });
  const { svg } = await drawn([run]);
  assert(svg.some((text) => text.includes("diverged")));
});

Deno.test("a run that was cut off: its complete batches are drawn, and what may be lost is named", async () => {
  const runs = listRuns(new URL("../results/version-1", import.meta.url).pathname);
  const cut = runs.find(({ record }) => record.status === "running")!;
  const { alt } = await drawn([cut]);
  assertEquals(alt.filter((text) => text.includes("nothing measured yet")).length, 1); // the ablation: no result yet
  const shown = (cut as unknown as Record<symbol, () => Record<string, string>>)
    [Symbol.for("Jupyter.display")]();
  assert(shown["text/html"].includes("bytes of an incomplete batch of metrics"), shown["text/html"]);
});
