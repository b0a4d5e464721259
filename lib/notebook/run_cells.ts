/**
 * The process that runs the cells of a notebook without a kernel. Its arguments are the
 * module of the cells and the mark that its reports on stdout start with.
 *
 * @module
 */
import { captureConsole } from "./captured_console.ts";
import * as cell from "./cell_events.ts";
import { useSink } from "./sink.ts";

if (import.meta.main) {
  const [module, mark] = Deno.args;
  useSink(cell.recorder);
  captureConsole(cell.recorder);
  cell.reportWith((event) => {
    Deno.stdout.writeSync(new TextEncoder().encode(`\n${mark}${JSON.stringify(event)}\n`));
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    cell.fail(event.reason);
    Deno.exit(1);
  });
  try {
    await import(module);
  } catch (error) {
    cell.fail(error);
    Deno.exit(1);
  }
  // Timers that the cells left behind shall not keep the process.
  Deno.exit(0);
}
