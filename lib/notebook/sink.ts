/** Where output goes. The only place that touches `Deno.jupyter`. @module */
import { captureConsole } from "./captured_console.ts";
import { consoleSink } from "./console_sink.ts";
import { onEndOfCell } from "./end_of_cell.ts";
import { listenForStop, renewInterrupt } from "./interrupt.ts";
import { type Broadcast, kernelSink } from "./kernel_sink.ts";
import type { Sink } from "./output.ts";

// A process has one place where its output goes, hence this belongs to the process.
let current = startingSink();

/** Where output goes now: in a live notebook into the cell, else to the console. */
export function currentSink(): Sink {
  return current;
}

/** Sends output elsewhere until disposed. */
export function useSink(sink: Sink): Disposable {
  const before = current;
  current = sink;
  return { [Symbol.dispose]: () => void (current = before) };
}

function startingSink(): Sink {
  const broadcast = kernelBroadcast();
  return broadcast === undefined ? consoleSink() : setUpKernel(broadcast);
}

/** undefined outside a kernel, where reading `Deno.jupyter` throws. */
function kernelBroadcast(): Broadcast | undefined {
  try {
    return typeof Deno.jupyter.broadcast === "function" ? Deno.jupyter.broadcast : undefined;
  } catch {
    return undefined;
  }
}

/** Amends what a Deno kernel does by itself: output that gets lost, Stop that kills, rejections unseen. */
function setUpKernel(broadcast: Broadcast): Sink {
  const sink = kernelSink(broadcast);
  captureConsole(sink);
  onEndOfCell({
    before: () => sink.sent(),
    after: async (result) => {
      await sink.settle(result === undefined ? 0 : 1);
      renewInterrupt();
    },
  });
  listenForStop(() => {
    sink.write(
      "Stop reached the kernel, but nothing in this cell listens to it. Restart the kernel to end the cell.\n",
      "stderr",
    );
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    sink.write(`A promise was rejected and nothing awaited it: ${Deno.inspect(event.reason)}\n`, "stderr");
  });
  return sink;
}
