/**
 * One HTML file that tells what was run, what came out and how sure that is; nothing in it is fetched.
 *
 * @module
 */
import { writeFileAtomically } from "../files/atomic_file.ts";
import { escapeHtml } from "../display/rich_display.ts";
import type { Summary } from "../results/summary.ts";
import type { Figure } from "./figure.ts";
import { plotlyConfig } from "./plotly_config.ts";
import { plotlySource } from "./plotly_source.ts";
import pageScript from "./report_page.js" with { type: "text" };
import pageStyle from "./report_page.css" with { type: "text" };
import type { DrawSvg } from "./render_svg.ts";
import { reportFigure } from "./report_figure.ts";
import { reportHeadline } from "./report_headline.ts";
import { reportTable } from "./report_table.ts";
import { themeTemplate } from "./theme.ts";

/** A figure and what to look for in it. */
export interface CaptionedFigure {
  readonly figure: Figure;
  /** Plain text. */
  readonly caption: string;
}

/** What a report is made of. */
export interface Report {
  readonly title: string;
  /** What is at stake, in two or three sentences; plain text. */
  readonly introduction?: string;
  readonly summary: Omit<Summary, "toJSON">;
  /** The exact command that makes the same results again. */
  readonly command: string;
  readonly created: Date;
  /** What to know when reading the results, beside the summary's own notes; plain text. */
  readonly notes?: readonly string[];
  readonly figures: readonly CaptionedFigure[];
  /** A JSON value. */
  readonly configuration?: unknown;
  /** Draws the figures' pictures; default `renderSvg`. */
  readonly draw?: DrawSvg;
  /** Of programs and packages, by name. */
  readonly versions?: Readonly<Record<string, string>>;
}

/** Nothing may be fetched, whatever a name in the results says. */
const contentPolicy =
  "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'; " +
  "base-uri 'none'; form-action 'none'";

/**
 * Renders a report as one HTML document: light or dark as the reader's system, printable, with static pictures
 * that become interactive where scripts run.
 *
 * @param report what was run and what came out
 * @returns the text of an HTML file, about 1.5 MB plus 0.1 to 0.5 MB a figure
 * @throws {Error} if plotly or the fonts are not there and cannot be fetched
 *
 * @example The report of a run without figures
 * ```ts
 * import { plot } from "gorp";
 * const html = await plot.renderReport({
 *   title: "Ablation",
 *   summary: {
 *     suite: "conflict",
 *     model: "t5-embedded",
 *     seeds: 0,
 *     device: "software",
 *     variants: [],
 *     comparisons: [],
 *     runs: [],
 *     intervals: "95 % bootstrap intervals",
 *     notes: [],
 *   },
 *   command: "./gorp ablate --quick",
 *   created: new Date(),
 *   figures: [],
 * });
 * console.log(html.length);
 * ```
 */
export async function renderReport(report: Report): Promise<string> {
  const { title, introduction, summary, figures, configuration, versions = {} } = report;
  const pictures: string[] = [];
  for (const [i, captioned] of figures.entries()) {
    pictures.push(await reportFigure(captioned, i + 1, report.draw));
  }
  const notes = [...summary.notes, ...(report.notes ?? [])];
  const hasFigures = figures.length > 0;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>${escapeHtml(title)}</h1>
${introduction ? `<p>${escapeHtml(introduction)}</p>` : ""}
<p class="headline">${escapeHtml(reportHeadline(summary))}</p>
</header>
${whatWasRun(report)}
<h2 id="results">Results</h2>
${reportTable(summary)}
${notes.length > 0 ? `<h2 id="notes">Notes</h2>\n<ul>${list(notes)}</ul>` : ""}
${hasFigures ? `<h2 id="figures">Figures</h2>\n${pictures.join("\n")}` : ""}
<h2 id="again">To run it again</h2>
<p>The command above reuses finished runs; with <code>--fresh</code> it runs them again.</p>
${versionTable(versions)}
${details("Configuration", configuration === undefined ? "" : JSON.stringify(configuration, null, 2))}
${details(`Folders of the ${summary.runs.length} runs`, summary.runs.join("\n"))}
</main>
${hasFigures ? await scripts(figures) : ""}
</body>
</html>
`;
}

/**
 * Writes a report: beside its place first, then renamed, so that an earlier report is never half overwritten.
 *
 * @param path of the HTML file
 * @param report what was run and what came out
 * @throws {Error} if the file cannot be written
 *
 * @example A report in a folder of runs
 * ```ts ignore
 * import { plot } from "gorp";
 * await plot.writeReport("runs/report.html", report);
 * ```
 */
export async function writeReport(path: string, report: Report): Promise<void> {
  writeFileAtomically(path, await renderReport(report));
}

function whatWasRun({ summary, command, created }: Report): string {
  const made = `${created.toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const fact = (name: string, value: string, kind = "") =>
    `<div${kind && ` class="${kind}"`}><dt>${name}</dt><dd>${value}</dd></div>`;
  return `<dl class="facts">${fact("suite", escapeHtml(summary.suite))}${
    fact("model", escapeHtml(summary.model))
  }` +
    `${fact("seeds", String(summary.seeds))}${fact("made", made)}` +
    `${fact("device", escapeHtml(summary.device), "wide")}` +
    `${fact("command", `<code>${escapeHtml(command)}</code>`, "wide")}</dl>`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `<li>${escapeHtml(item)}</li>`).join("");
}

function versionTable(versions: Readonly<Record<string, string>>): string {
  const entries = Object.entries(versions);
  if (entries.length === 0) return "";
  const rows = entries.map(([name, version]) =>
    `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(version)}</dd></div>`
  );
  return `<h3>Versions</h3>\n<dl class="facts">${rows.join("")}</dl>`;
}

function details(title: string, text: string): string {
  if (text === "") return "";
  return `<details><summary>${escapeHtml(title)}</summary><pre>${escapeHtml(text)}</pre></details>`;
}

/** Plotly, the figures as data, and the few lines that draw them. */
async function scripts(figures: readonly CaptionedFigure[]): Promise<string> {
  const source = (await plotlySource()).replaceAll("</script", "<\\/script");
  const data = {
    figures: figures.map(({ figure }) => figure),
    templates: { light: themeTemplate("light"), dark: themeTemplate("dark") },
    options: plotlyConfig,
  };
  const json = JSON.stringify(data).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="figure-data">${json}</script>
<script>
${source}
</script>
<script>
${pageScript}</script>`;
}
