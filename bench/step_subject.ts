/** The training step that `training_step_bench.ts` times: that of the default experiment in a later task. */
import { AdaptedModel } from "../lib/continual/adapted_model.ts";
import { gorp } from "../lib/continual/methods/gorp.ts";
import type { Profile, Variant } from "../lib/continual/methods/gorp_options.ts";
import type { Replica } from "../lib/continual/replica_sum.ts";
import { TrainStep } from "../lib/continual/train_step.ts";
import type { Gpu } from "../lib/gpu/gpu.ts";
import { dense } from "../lib/linalg/dense.ts";
import type { TokenRows } from "../lib/models/language_model.ts";
import { createT5 } from "../lib/models/t5/t5_model.ts";
import type { SpaceState } from "../lib/projection/remove_shared_space.ts";
import { growSpace } from "../lib/projection/shared_space.ts";
import { Random } from "../lib/tensor/random.ts";

const PERIOD = 10;
/** Steps of a run. */
export const STEPS = 50;
const SPACE_COLUMNS = 8;
const EXTENTS = { size: 16, sourceLength: 20, targetLength: 2 };
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
export class Subject implements Disposable {
  readonly times: number[] = [];
  readonly step: TrainStep;
  readonly #adapted: AdaptedModel;
  readonly #batches: readonly TokenRows[];

  constructor(gpu: Gpu, readonly profile: Profile, readonly variant: Variant, replica?: Replica) {
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
    this.step = new TrainStep(this.#adapted, EXTENTS, { steps: STEPS, adam: ADAM, replica });
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
