/** The PyTorch side of the training step's benchmark. */
import type { Profile, Variant } from "../../lib/continual/methods/gorp_options.ts";

/** Milliseconds a step. */
export interface PeerTime {
  readonly threads: number;
  readonly best: number;
  readonly median: number;
}

interface PeerLine {
  readonly profile: string;
  readonly variant: string;
  readonly threads: number;
  readonly times: readonly number[];
}

/** Runs `torch_step.py` and gathers what it prints, one JSON value a line. */
export class TorchPeer {
  readonly #lines: PeerLine[] = [];

  constructor(readonly python: string) {}

  /** One round: all variants, with one thread and with two. */
  run(variants: readonly Variant[]): void {
    const script = new URL("torch_step.py", import.meta.url).pathname;
    const { code, stdout, stderr } = new Deno.Command(this.python, { args: [script, ...variants] })
      .outputSync();
    const decoder = new TextDecoder();
    if (code !== 0) throw new Error(`The peer failed:\n${decoder.decode(stderr)}`);
    const lines = decoder.decode(stdout).trim().split("\n");
    this.#lines.push(...lines.map((line) => JSON.parse(line) as PeerLine));
  }

  /** The faster of the two numbers of threads, over all rounds. */
  best(profile: Profile, variant: Variant): PeerTime {
    const lines = this.#lines.filter((line) => line.profile === profile && line.variant === variant);
    const candidates = [...new Set(lines.map(({ threads }) => threads))].map((threads) => {
      const times = lines.filter((line) => line.threads === threads).flatMap((line) => line.times);
      return { threads, best: Math.min(...times), median: median(times) };
    });
    return candidates.reduce((a, b) => (b.best < a.best ? b : a));
  }
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
