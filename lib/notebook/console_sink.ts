/** Output of a program: text only. @module */
import type { Sink, StreamName } from "./output.ts";

/** Prints text; of what has several forms, the plain text. What replaces earlier output is not printed. */
export function consoleSink(): Sink {
  const write = (text: string, stream: StreamName = "stdout") => {
    const print = stream === "stdout" ? console.log : console.error;
    print("%s", text.endsWith("\n") ? text.slice(0, -1) : text);
  };
  return {
    kind: "console",
    write,
    display: (bundle) => write(typeof bundle["text/plain"] === "string" ? bundle["text/plain"] : ""),
    update: () => {},
    settle: () => Promise.resolve(),
  };
}
