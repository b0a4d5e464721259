/** A process that carries out runs, seen from the one that started it. @module */
import { fileURLToPath } from "node:url";
import type { RunProgress } from "../run_progress.ts";
import { encodeLine, errorOf, type Order, readLines, type Report, type Setting } from "./messages.ts";

/** A process ended without being told to, as when the system kills it for its memory. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";

  /** @param isUnusable whether it ended before it told anything, so that another one would as well */
  constructor(message: string, readonly isUnusable: boolean) {
    super(message);
  }
}

/** How a run is followed. */
export interface FollowOptions {
  /** What the run is called in errors. */
  readonly title: string;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Lines of stderr that are kept for the error of a process that ends by itself. */
const LAST_LINES = 3;

/** Starts `run_process.ts`; disposing it ends it, after what it has is saved. */
export class RunProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reports: AsyncGenerator<Report, void, undefined>;
  readonly #signal: AbortSignal;
  readonly #stop = () => this.#send({ kind: "stop" });
  #complaints: string[] = [];
  #hasReported = false;

  /** @param signal stops the run under way; it then saves what it has */
  constructor(setting: Setting, signal: AbortSignal) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-prompt", "--allow-all"],
        ...["--config", fileURLToPath(new URL("../../../deno.json", import.meta.url))],
        import.meta.resolve("./run_process.ts"),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    this.#reports = readLines<Report>(this.#child.stdout);
    this.#signal = signal;
    this.#keepComplaints();
    this.#send(setting);
    signal.addEventListener("abort", this.#stop);
  }

  /**
   * Carries out a run; returns its folder.
   *
   * @throws {ProcessEnded} when the process ends by itself
   * @throws {Error} what the run throws
   */
  async perform(order: Order, { title, onProgress }: FollowOptions): Promise<string> {
    this.#send(order);
    for (;;) {
      const { value: report, done } = await this.#reports.next();
      if (done) throw await this.#ended(title);
      this.#hasReported = true;
      if (report.kind === "progress") onProgress(report.progress);
      else if (report.kind === "ended") return report.folder;
      else throw errorOf(report.error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal.removeEventListener("abort", this.#stop);
    await this.#orders.close().catch(() => {});
    for await (const _ of this.#reports); // what it still tells is of no interest
    await this.#child.status;
  }

  #send(value: Setting | Order): void {
    // Where the process is gone, the end of its reports tells.
    this.#orders.write(encodeLine(value)).catch(() => {});
  }

  async #ended(title: string): Promise<ProcessEnded> {
    const { code, signal } = await this.#child.status;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const said = this.#complaints.length > 0 ? ` (${this.#complaints.join(" ").trim()})` : "";
    return new ProcessEnded(
      `The run ${title} was cut off: its process was ended ${how}${said}. What it and the others recorded is ` +
        "kept, and the same command runs what is missing.",
      !this.#hasReported,
    );
  }

  async #keepComplaints(): Promise<void> {
    try {
      for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
        const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^WARNING: /.test(line));
        this.#complaints = [...this.#complaints, ...lines].slice(-LAST_LINES);
      }
    } catch {
      // The process is gone; its end is told elsewhere.
    }
  }
}
