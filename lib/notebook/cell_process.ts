/** The process that runs the cells of a notebook, seen from outside. @module */
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type { CellEvent } from "./cell_events.ts";
import type { CellModule } from "./cell_module.ts";
import type { CellProblem } from "./cell_problem.ts";
import { cellStack } from "./check_cells.ts";
import type { Output } from "./recording_sink.ts";

/** How the process of the cells is run. */
export interface RunCellsOptions {
  /** Further arguments for Deno, such as a configuration. */
  readonly words: readonly string[];
  /** Seconds that a cell may take. */
  readonly timeLimit: number;
  /** Kills the process when aborted. */
  readonly signal: AbortSignal | undefined;
  /** Called when a cell begins. */
  readonly onCell: (cell: number) => void;
}

/**
 * Runs the module of a notebook's cells, which stands in a file, until it ends, fails or takes too long.
 *
 * @returns the outputs of the cells that ended, and what went wrong, if anything did
 */
export async function runCells(
  file: string,
  { lines }: CellModule,
  { words, timeLimit, signal, onCell }: RunCellsOptions,
): Promise<{ outputs: Map<number, readonly Output[]>; problem?: CellProblem }> {
  const mark = `gorp-cell-${crypto.randomUUID()} `;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--allow-all",
      "--no-check",
      ...words,
      new URL("run_cells.ts", import.meta.url).href,
      pathToFileURL(file).href,
      mark,
    ],
    cwd: dirname(file),
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const kill = () => {
    try {
      child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It has ended.
    }
  };
  signal?.addEventListener("abort", kill);
  const outputs = new Map<number, readonly Output[]>();
  let problem: CellProblem | undefined;
  let current = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const event of events(child.stdout, mark)) {
    clearTimeout(timer);
    if (event.type === "begin") {
      current = event.cell;
      onCell(current);
      timer = setTimeout(() => {
        problem = { cell: current, line: 0, message: `took longer than the time limit of ${timeLimit} s` };
        kill();
      }, timeLimit * 1000);
    } else if (event.type === "end") {
      outputs.set(event.cell, event.outputs);
    } else {
      const { text, line } = cellStack(event.stack || event.error, file, { lines, cell: event.cell });
      problem = { cell: event.cell, line, message: text };
    }
  }
  clearTimeout(timer);
  const { success } = await child.status;
  signal?.removeEventListener("abort", kill);
  if (!success) problem ??= { cell: current, line: 0, message: "ended the process" };
  return { outputs, problem };
}

async function* events(
  stdout: ReadableStream<Uint8Array<ArrayBuffer>>,
  mark: string,
): AsyncGenerator<CellEvent> {
  let rest = "";
  for await (const text of stdout.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith(mark)) yield JSON.parse(line.slice(mark.length));
  }
}
