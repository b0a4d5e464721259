/** What defines a run, as a JSON value whose hash names it. @module */
import { createHash } from "node:crypto";
import { configurationHash } from "../results/configuration_hash.ts";
import type { EncodedSuite } from "../tasks/encoded_suite.ts";
import { areReplicasExact } from "./batch_halves.ts";
import type { SequencePlan } from "./sequence_state.ts";

/** Raised when the meaning of a configuration changes, so that older runs are not taken for the same. */
const FORMAT = 1;

/** The configuration of a run and its name. */
export interface RunConfiguration {
  readonly runId: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Everything that a run's results depend on; data and model count by content, not by where they lie. */
export function runConfiguration(plan: SequencePlan): RunConfiguration {
  const { model, suite, method, seed } = plan;
  const { replicas: _, ...alone } = plan.training;
  const training = areReplicasExact(plan.training, model.gpu) ? alone : plan.training;
  const config = {
    format: FORMAT,
    suite: { name: suite.suite.name, content: contentHash(suite), lengths: suite.lengths },
    model: { name: model.name, content: model.fingerprint },
    method: { name: method.name, options: method.options },
    training,
    seed,
  };
  // Not the model's name: a renamed folder holds the same model. The label is what tables tell runs apart by. Devices
  // sum in different orders, so their runs are not taken for each other's.
  const identity = { ...config, model: model.fingerprint, label: method.label, device: model.gpu.name };
  return { runId: configurationHash(identity), config };
}

const hashes = new WeakMap<EncodedSuite, string>();

function contentHash(suite: EncodedSuite): string {
  let found = hashes.get(suite);
  if (!found) {
    const hash = createHash("sha256");
    for (const { train, test } of suite.tasks) {
      for (const batch of [train, test]) hash.update(batch.inputIds).update(batch.labels);
    }
    found = hash.digest("hex").slice(0, 12);
    hashes.set(suite, found);
  }
  return found;
}
