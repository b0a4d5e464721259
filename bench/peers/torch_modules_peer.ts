/** A training step of a plain PyTorch model, of modules and autograd, in the training step's benchmark. */
import type { Variant } from "../../lib/continual/methods/gorp_options.ts";

/** Milliseconds a step. */
export interface PeerTime {
  readonly best: number;
  readonly median: number;
}

/** Runs a script that prints a line of JSON for a variant and a number of threads. */
export class TorchModulesPeer {
  readonly #times = new Map<string, PeerTime[]>();

  constructor(readonly python: string, readonly script: string) {}

  /** One round: all variants, with one thread and with two. */
  run(variants: readonly Variant[]): void {
    for (const variant of variants) {
      for (const threads of ["1", "2"]) {
        const args = [this.script, "--variant", variant, "--threads", threads];
        const { code, stdout, stderr } = new Deno.Command(this.python, { args }).outputSync();
        const decoder = new TextDecoder();
        if (code !== 0) throw new Error(`The peer failed:\n${decoder.decode(stderr)}`);
        const { best_ms: best, median_ms: median } = JSON.parse(decoder.decode(stdout));
        const key = `${variant} ${threads}`;
        this.#times.set(key, [...this.#times.get(key) ?? [], { best, median }]);
      }
    }
  }

  /** The best time of any number of threads and round, and the least median. */
  best(variant: Variant): PeerTime {
    const times = ["1", "2"].flatMap((threads) => this.#times.get(`${variant} ${threads}`) ?? []);
    return {
      best: Math.min(...times.map(({ best }) => best)),
      median: Math.min(...times.map(({ median }) => median)),
    };
  }
}
