/** What a finished comparison leaves behind: table, figures, report. @module */
import { writeFileAtomically } from "../files/atomic_file.ts";
import { openRun, type Run } from "../results/run_reader.ts";
import { summarize, type Summary } from "../results/summary.ts";
import { summaryTable } from "../results/summary_table.ts";

/** How to present a comparison. */
export interface PresentationOptions {
  /** Folder for `report.html` and `figures/`. */
  readonly folder: string;
  readonly title: string;
  readonly introduction?: string;
  /** The command that makes it again. */
  readonly command: string;
  readonly notes?: readonly string[];
  /** The label that all others are compared with, in the order in which their runs come; by default B, as in the paper. */
  readonly against?: string;
}

/** The summary of runs: intervals of Student's t, which hold for few seeds too. */
export function summaryOf(
  runs: readonly Run[],
  { against }: Pick<PresentationOptions, "against"> = {},
): Summary {
  return summarize(runs, { method: "student", against, order: against === undefined ? "variants" : "runs" });
}

/** What was presented last in a folder, so that it can be drawn again. */
interface Manifest extends Omit<PresentationOptions, "folder"> {
  readonly runs: readonly string[];
}

const MANIFEST = "report.json";

/** The last comparison of a folder, or null where none was presented or a run of it is gone. */
export function lastPresented(folder: string): { runs: Run[]; options: PresentationOptions } | null {
  try {
    const { runs, ...options }: Manifest = JSON.parse(Deno.readTextFileSync(`${folder}/${MANIFEST}`));
    return { runs: runs.map((run) => openRun(`${folder}/${run}`)), options: { ...options, folder } };
  } catch {
    return null;
  }
}

/** Prints the table and writes figures and report; returns the paths written. */
export async function present(runs: readonly Run[], options: PresentationOptions): Promise<string[]> {
  const { folder, notes = [] } = options;
  const { folder: _, ...kept } = options;
  const manifest: Manifest = { ...kept, runs: runs.map((run) => run.record.runId) };
  writeFileAtomically(`${folder}/${MANIFEST}`, JSON.stringify(manifest, null, 2) + "\n");
  const summary = summaryOf(runs, options);
  console.log(summaryTable(summary, { colour: Deno.stdout.isTerminal() && !Deno.noColor }));
  for (const note of notes) console.log(note);
  const { PngThread } = await import("../plot/png_thread.ts");
  using thread = new PngThread(); // starts while the others are loaded
  const { experimentFigures } = await import("../plot/experiment_figures.ts");
  const { writeReport } = await import("../plot/report.ts");
  const { rememberingSvg } = await import("../plot/render_svg.ts");
  const figures = experimentFigures(runs, summary);
  const draw = rememberingSvg();
  await Deno.mkdir(`${folder}/figures`, { recursive: true });
  const pictures: Promise<void>[] = [];
  const names = figures.map(({ figure: { title } }, i) => `${i + 1}-${slug(title)}`);
  for (const [i, { figure }] of figures.entries()) {
    const path = `${folder}/figures/${names[i]}`;
    const svg = await draw(figure);
    writeFileAtomically(`${path}.svg`, svg);
    const picture = thread.pngOf(svg).then((png) => writeFileAtomically(`${path}.png`, png));
    picture.catch(() => {}); // told below
    pictures.push(picture);
  }
  const report = `${folder}/report.html`;
  await writeReport(report, {
    ...options,
    summary,
    notes,
    figures,
    draw,
    created: new Date(),
    configuration: runs[0]?.record.config,
    versions: { deno: Deno.version.deno, v8: Deno.version.v8 },
  });
  await Promise.all(pictures);
  removeEarlier(`${folder}/figures`, names);
  return [report, `${folder}/figures`];
}

/** Removes the pictures of an earlier report, which are numbered too; whatever else lies there stays. */
function removeEarlier(folder: string, names: readonly string[]): void {
  for (const { name } of Deno.readDirSync(folder)) {
    const picture = /^(\d+-[a-z0-9-]+)\.(svg|png)$/.exec(name);
    if (picture && !names.includes(picture[1])) Deno.removeSync(`${folder}/${name}`);
  }
}

function slug(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 40);
}
