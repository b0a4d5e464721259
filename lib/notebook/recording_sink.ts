/** Output kept as a notebook file holds it. @module */
import type { MediaBundle, Sink, StreamName } from "./output.ts";

/** One output of a cell, in the form of nbformat 4. Text is not split into lines. */
export type Output =
  | { output_type: "stream"; name: StreamName; text: string }
  | { output_type: "display_data"; data: MediaBundle; metadata: Record<string, unknown> }
  | {
    output_type: "execute_result";
    data: MediaBundle;
    metadata: Record<string, unknown>;
    execution_count: null;
  }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** A sink that keeps the outputs of the cell that runs. */
export interface RecordingSink extends Sink {
  /** Adds the value of a cell's last expression. */
  result(bundle: MediaBundle): void;
  /** Adds an error. */
  error(error: { readonly name: string; readonly message: string; readonly traceback: string[] }): void;
  /** The outputs since the last call, which starts the next cell. Later updates of them are lost. */
  take(): Output[];
}

/**
 * Records outputs: text to the same stream is joined, updates replace what they update.
 *
 * @example What a cell would hold
 * ```ts
 * import { notebook } from "gorp";
 * const sink = notebook.recordingSink();
 * sink.write("one\n");
 * sink.display({ "text/plain": "50 %" }, "bar");
 * sink.update({ "text/plain": "100 %" }, "bar");
 * console.log(sink.take());
 * ```
 */
export function recordingSink(): RecordingSink {
  let outputs: Output[] = [];
  const byId = new Map<string, { data: MediaBundle }>();
  return {
    kind: "recording",
    write(text, stream = "stdout") {
      const last = outputs.at(-1);
      if (last?.output_type === "stream" && last.name === stream) last.text += text;
      else outputs.push({ output_type: "stream", name: stream, text });
    },
    display(bundle, id) {
      const output = { output_type: "display_data" as const, data: bundle, metadata: {} };
      outputs.push(output);
      if (id !== undefined) byId.set(id, output);
    },
    update(bundle, id) {
      const output = byId.get(id);
      if (output) output.data = bundle;
    },
    result(bundle) {
      outputs.push({ output_type: "execute_result", data: bundle, metadata: {}, execution_count: null });
    },
    error({ name, message, traceback }) {
      outputs.push({ output_type: "error", ename: name, evalue: message, traceback });
    },
    take() {
      const taken = outputs;
      outputs = [];
      byId.clear();
      return taken;
    },
    settle: () => Promise.resolve(),
  };
}
