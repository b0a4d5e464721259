/** Outputs as they are stored with the project: the same from machine to machine, and small. @module */
import type { CellProblem } from "./cell_problem.ts";
import { type CodeCell, type FileText, isCode, type Notebook, plainText } from "./notebook_file.ts";

/** HTML larger than this, in bytes, is not stored. */
const LARGEST_HTML = 50_000;

/** What a cell remembers of its last run and of its reader. */
const RUN_METADATA = ["execution", "ExecuteTime", "collapsed", "scrolled", "jupyter"];

type FileOutput = Readonly<Record<string, unknown>>;

/**
 * A notebook whose outputs are pictures and text: no execution counts, no times, no interactive HTML, no
 * colours of a terminal, no paths of this machine.
 *
 * @param folder the project's folder, which paths are shown relative to
 */
export function stripNotebook(notebook: Notebook, folder: string): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (!isCode(cell)) return cell;
    const metadata = Object.fromEntries(
      Object.entries(cell.metadata).filter(([name]) => !RUN_METADATA.includes(name)),
    );
    return { ...cell, metadata, execution_count: null, outputs: stripOutputs(cell.outputs, folder) };
  });
  return { ...notebook, cells };
}

/** What {@linkcode stripNotebook} would change, or could not: failed cells and paths of another machine. */
export function storedOutputProblems(notebook: Notebook, folder: string): CellProblem[] {
  const stripped = stripNotebook(notebook, folder);
  return notebook.cells.filter(isCode).flatMap((cell, index) => {
    const complain = (message: string): CellProblem => ({ cell: index + 1, line: 0, message });
    const problems: CellProblem[] = [];
    if (cell.outputs.some(({ output_type }) => output_type === "error")) {
      problems.push(complain("the stored output is an error"));
    }
    const after = stripped.cells.filter(isCode)[index];
    const normal = { ...cell, outputs: cell.outputs.map(wholeTexts) };
    if (JSON.stringify(normal) !== JSON.stringify({ ...normal, ...fields(after) })) {
      problems.push(complain("the stored output is not stripped"));
    }
    const path = cell.outputs.flatMap(textsOf).map((text) => text.match(MACHINE_PATH)?.[0]).find(Boolean);
    if (path !== undefined) problems.push(complain(`the stored output holds the path ${path}`));
    return problems;
  });
}

/** Paths that mean something on one machine only. */
const MACHINE_PATH =
  /file:\/\/\/[^\s"'<>)]*|(?<![\w./~-])\/(?:home|Users|root|tmp|var|mnt|opt|private)\/[^\s"'<>):]+|[A-Z]:\\[^\s"'<>)]+/;

// deno-lint-ignore no-control-regex -- the escape character is what is looked for
const TERMINAL_COLOUR = /\x1b\[[0-9;]*m/g;

function stripOutputs(outputs: readonly FileOutput[], folder: string): FileOutput[] {
  const clean = (text: string) =>
    text.replaceAll(TERMINAL_COLOUR, "").replaceAll(`file://${folder}`, "").replaceAll(folder, "");
  return joinStreams(outputs.map(wholeTexts)).flatMap((output) => {
    const stripped: Record<string, unknown> = { ...output };
    if ("execution_count" in output) stripped.execution_count = null;
    delete stripped.transient;
    if (typeof output.text === "string") stripped.text = clean(output.text);
    if (output.data !== undefined) {
      const data = storedData(output.data as Record<string, unknown>, clean);
      if (Object.keys(data).length === 0) return [];
      stripped.data = data;
    }
    return [stripped];
  });
}

/** The forms of a value that are stored; none if its only large form is dropped. */
function storedData(data: Record<string, unknown>, clean: (text: string) => string): Record<string, unknown> {
  const html = data["text/html"];
  const isPicture = "image/png" in data;
  const isLarge = typeof html === "string" && new TextEncoder().encode(html).length > LARGEST_HTML;
  if (isLarge && !isPicture) return {};
  const kept = Object.entries(data).filter(([type]) => type !== "text/html" || !isPicture);
  return Object.fromEntries(
    kept.map(([type, form]) =>
      typeof form === "string" && /^text\/|xml$/.test(type) ? [type, clean(form)] : [type, form]
    ),
  );
}

/** Neighbouring pieces of one stream as one output. */
function joinStreams(outputs: readonly FileOutput[]): FileOutput[] {
  const joined: FileOutput[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      joined[joined.length - 1] = { ...last, text: `${last.text}${output.text}` };
    } else {
      joined.push(output);
    }
  }
  return joined;
}

function fields({ metadata, execution_count, outputs }: CodeCell) {
  return { metadata, execution_count, outputs };
}

/** An output with its texts whole rather than in lines. */
function wholeTexts(output: FileOutput): FileOutput {
  const whole: Record<string, unknown> = { ...output };
  if (output.text !== undefined) whole.text = plainText(output.text as FileText);
  if (output.data !== undefined) {
    whole.data = Object.fromEntries(
      Object.entries(output.data as Record<string, unknown>).map(([type, form]) =>
        Array.isArray(form) ? [type, plainText(form as string[])] : [type, form]
      ),
    );
  }
  return whole;
}

function textsOf(output: FileOutput): string[] {
  const { text, data } = wholeTexts(output);
  const forms = Object.entries((data ?? {}) as Record<string, unknown>);
  return [text, ...forms.filter(([type]) => type.startsWith("text/")).map(([, form]) => form)]
    .filter((form) => typeof form === "string");
}
