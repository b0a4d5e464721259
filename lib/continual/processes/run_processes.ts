/** Several runs at once, each in a process of its own. @module */
import { openRun } from "../../results/run_reader.ts";
import type { ComparedRun } from "../compared_run.ts";
import type { PerformedRun } from "../perform_run.ts";
import type { RunProgress } from "../run_progress.ts";
import type { Setting } from "./messages.ts";
import { ProcessEnded, RunProcess } from "./started_process.ts";

/** How runs are carried out and followed. */
export interface ProcessesOptions {
  /** How many processes. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  readonly onRun?: (run: ComparedRun) => void;
  readonly onProgress?: (run: ComparedRun, progress: RunProgress) => void;
  /** Told each run that came to its end. */
  readonly onEnd: (compared: ComparedRun, done: PerformedRun) => void;
}

/**
 * Carries out runs in processes, begun in the given order.
 *
 * When a process ends by itself, as when the system kills it, its run is left out, the others are carried out, and
 * then the error is thrown. Any other error stops all runs as an abort does.
 *
 * @throws {DOMException} `AbortError` when the signal stopped it, after all processes have saved what they have
 */
export async function performInProcesses(
  setting: Setting,
  runs: readonly ComparedRun[],
  options: ProcessesOptions,
): Promise<void> {
  const { jobs, signal, onProgress } = options;
  const waiting = [...runs];
  const failures = new AbortController();
  const stopping = AbortSignal.any(signal ? [signal, failures.signal] : [failures.signal]);
  const lost: Error[] = [];
  /** One process after another, as far as they end by themselves, until nothing waits. */
  const work = async () => {
    while (waiting.length > 0 && !stopping.aborted) {
      await using process = new RunProcess(setting, stopping);
      try {
        await workIn(process);
      } catch (error) {
        if (!(error instanceof ProcessEnded)) return failures.abort(error);
        lost.push(error);
        if (error.isUnusable) return;
      }
    }
  };
  const workIn = async (process: RunProcess) => {
    for (let run = waiting.shift(); run; run = stopping.aborted ? undefined : waiting.shift()) {
      const compared = run;
      options.onRun?.(compared);
      const follow = (progress: RunProgress) => onProgress?.(compared, progress);
      const title = `${compared.method.label}, seed ${compared.seed}`;
      const order = { kind: "run", method: compared.method.choice!, seed: compared.seed } as const;
      const folder = await process.perform(order, { title, onProgress: follow }).catch((error) => {
        // A signal to the whole group ends the others as it ends this one: that is no loss of one run.
        if (error instanceof ProcessEnded && !stopping.aborted) follow({ kind: "lost", text: error.message });
        throw error;
      });
      options.onEnd(compared, { run: openRun(folder), reused: false });
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  signal?.throwIfAborted();
  failures.signal.throwIfAborted();
  if (lost.length > 0) throw lost[0];
}
