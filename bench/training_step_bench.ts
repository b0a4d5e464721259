/**
 * Times the training step of the default experiment, variant by variant, beside PyTorch.
 *
 * Run with `./gorp bench training_step`, or `deno run -A bench/training_step_bench.ts [--profile] [variant …]`.
 * With `GORP_PYTHON` set to a Python that has PyTorch, the peer in `peers/torch_step.py` runs in turn with every
 * round. `--profile` prints the milliseconds a step spends in each kernel instead; every launch then has a pass
 * of its own.
 *
 * A time is the mean over ten steps, one refresh of the projections included, since that is their period.
 */
import { AdaptedModel } from "../lib/continual/adapted_model.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import { type Profile, type Variant, VARIANTS } from "../lib/continual/methods/gorp_options.ts";
import { TrainStep } from "../lib/continual/train_step.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { dense } from "../lib/linalg/dense.ts";
import type { TokenRows } from "../lib/models/language_model.ts";
import { createT5 } from "../lib/models/t5/t5_model.ts";
import type { SpaceState } from "../lib/projection/remove_shared_space.ts";
import { growSpace } from "../lib/projection/shared_space.ts";
import { Random } from "../lib/tensor/random.ts";
import { median, TorchPeer } from "./peers/torch_peer.ts";

const PERIOD = 10;
const STEPS = 50;
const ROUNDS = 5;
const SPACE_COLUMNS = 8;
const EXTENTS = { size: 16, sourceLength: 20, targetLength: 2 };
const PROFILES: readonly Profile[] = ["aligned", "covariance"];
const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-6, epsPlacement: "outside" as const };

const MODEL = {
  ...{ vocabularySize: 420, width: 64, heads: 4, headWidth: 16, feedForwardWidth: 256 },
  ...{ encoderLayers: 2, decoderLayers: 2, buckets: 32, maxDistance: 128, eps: 1e-6, tied: true },
  ...{ activation: "relu" as const, padId: 0, eosId: 1, decoderStartId: 0 },
};

function randomBatch(random: Random): TokenRows {
  const { size, sourceLength, targetLength } = EXTENTS;
  const ids = (count: number) => Int32Array.from({ length: count }, () => 2 + random.integer(418));
  return {
    ...EXTENTS,
    inputIds: ids(size * sourceLength),
    attentionMask: new Int32Array(size * sourceLength).fill(1),
    labels: ids(size * targetLength),
  };
}

/** A model under training as it is in a later task: the shared spaces have eight columns. */
class Subject implements Disposable {
  readonly times: number[] = [];
  readonly step: TrainStep;
  readonly #adapted: AdaptedModel;
  readonly #batches: readonly TokenRows[];

  constructor(gpu: Gpu, readonly profile: Profile, readonly variant: Variant) {
    const random = new Random(1);
    const model = createT5(gpu, MODEL, { random });
    this.#adapted = new AdaptedModel(model, gorp({ profile, variant }));
    const { loraGroups, fullRankGroups } = this.#adapted;
    for (const { links } of [...loraGroups.map(({ a }) => a), ...fullRankGroups.map(({ state }) => state)]) {
      const space = links.space as SpaceState | undefined;
      space?.set(space.spaces.map((empty) => {
        const measured = dense(
          empty.dimension,
          SPACE_COLUMNS,
          random.normalArray(empty.dimension * SPACE_COLUMNS),
        );
        return growSpace(empty, measured, { energyShare: 1 }).space;
      }));
    }
    this.#adapted.startTask(random);
    this.#batches = Array.from({ length: STEPS }, () => randomBatch(random));
    this.step = new TrainStep(this.#adapted, EXTENTS, { steps: STEPS, adam: ADAM });
  }

  /** Runs all steps and keeps the milliseconds a step of every period. */
  run(): void {
    for (let first = 1; first <= STEPS; first += PERIOD) {
      const start = performance.now();
      for (let t = first; t < first + PERIOD; t++) this.step.run(this.#batches[t - 1], t);
      const losses = this.step.losses(first, first + PERIOD - 1);
      this.times.push((performance.now() - start) / PERIOD);
      if (!losses.every(Number.isFinite)) throw new Error(`The loss is no number: ${losses.join()}`);
    }
  }

  [Symbol.dispose](): void {
    this.step[Symbol.dispose]();
    this.#adapted[Symbol.dispose]();
    this.#adapted.model[Symbol.dispose]();
  }
}

function printProfile(gpu: Gpu, subject: Subject): void {
  const profiler = gpu.startProfiling();
  subject.run();
  const lines = profiler.report();
  gpu.stopProfiling();
  console.log(`\n${subject.profile} ${subject.variant}: ${subject.step.dispatches} launches a step`);
  console.log("kernel, grid".padEnd(44) + "launches   ms a step   fastest launches");
  let [total, least] = [0, 0];
  for (const { kernel, grid, count, milliseconds, fastest } of lines) {
    const times = [milliseconds, count * fastest].map((time) => (time / STEPS).toFixed(3).padStart(12));
    console.log(`${kernel} ${grid}`.padEnd(44) + (count / STEPS).toFixed(1).padStart(8) + times.join(""));
    total += milliseconds / STEPS;
    least += count * fastest / STEPS;
  }
  console.log("total".padEnd(52) + [total, least].map((time) => time.toFixed(3).padStart(12)).join(""));
}

function printTimes(subject: Subject, peer: TorchPeer | null): void {
  const best = Math.min(...subject.times);
  const theirs = peer?.best(subject.profile, subject.variant);
  const columns = [best, median(subject.times), ...(theirs ? [theirs.best, theirs.median] : [])];
  console.log(
    `${subject.profile} ${subject.variant}`.padEnd(20) + `${subject.step.dispatches}`.padStart(8) +
      columns.map((time) => time.toFixed(2).padStart(10)).join("") +
      (theirs ? (best / theirs.best).toFixed(2).padStart(8) + `   ${theirs.threads}` : ""),
  );
}

if (import.meta.main) {
  const variants = VARIANTS.filter((variant) =>
    Deno.args.includes(variant) || !Deno.args.some((argument) => !argument.startsWith("-"))
  );
  using gpu = await openGpu();
  const subjects = PROFILES.flatMap((profile) =>
    variants.map((variant) => new Subject(gpu, profile, variant))
  );
  subjects.forEach((subject) => subject.run()); // compiles, fills caches
  if (Deno.args.includes("--profile")) {
    subjects.forEach((subject) => printProfile(gpu, subject));
    Deno.exit();
  }
  const python = Deno.env.get("GORP_PYTHON");
  const peer = python ? new TorchPeer(python) : null;
  for (const { times } of subjects) times.length = 0;
  for (let round = 0; round < ROUNDS; round++) {
    subjects.forEach((subject) => subject.run());
    peer?.run(variants);
  }
  console.log(`${gpu.name}; load ${Deno.loadavg()[0].toFixed(1)} on ${navigator.hardwareConcurrency} cores`);
  console.log(
    "ms a step".padEnd(20) + "launches      best    median" +
      (peer ? "     torch    median   ratio threads" : ""),
  );
  subjects.forEach((subject) => printTimes(subject, peer));
  subjects.forEach((subject) => subject[Symbol.dispose]());
}
