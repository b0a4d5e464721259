import { assert, assertEquals } from "@std/assert";
import { gorp, type GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { runConfiguration } from "../../lib/continual/run_configuration.ts";
import type { TrainingOptions } from "../../lib/continual/training_options.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import { tinySuite } from "./tiny_plan.ts";

function nameOf(
  choice: GorpChoice = {},
  training: Partial<TrainingOptions> = {},
  device = "a device",
): string {
  const model = { name: "a model", fingerprint: "0123456789ab", gpu: { name: device } };
  return runConfiguration({
    model: model as unknown as LanguageModel,
    suite: tinySuite(2),
    method: gorp(choice),
    training: { steps: 12, batchSize: 8, ...training },
    seed: 1,
  }).runId;
}

Deno.test("runs have the names that the first stored runs have", () => {
  const names = [{ variant: "B" }, {}, { profile: "paper" }, { profile: "covariance" }] as const;
  assertEquals(names.map((choice) => nameOf(choice)), [
    "58058b7b653a",
    "5af0dc0a3e2d",
    "070172772d53",
    "9c4db7c50518",
  ]);
});

Deno.test("what changes no result changes no name", () => {
  const onSoftware = (training?: Partial<TrainingOptions>) => nameOf({}, training, "llvmpipe (LLVM)");
  for (const replicas of [1, 2]) assertEquals(onSoftware({ replicas }), onSoftware());
  assert(nameOf({}, { replicas: 2 }) !== nameOf(), "other devices sum in another order");
  assertEquals(nameOf({ options: { covarianceColumns: 8 } }), nameOf(), "there is no covariance");
  const sketched: GorpChoice = { profile: "covariance", options: { covarianceColumns: 8 } };
  assert(nameOf(sketched) !== nameOf({ profile: "covariance" }));
  assert(onSoftware({ replicas: 4 }) !== onSoftware());
  const parts = { microBatches: 2 };
  assert(onSoftware({ ...parts, replicas: 2 }) !== onSoftware(parts));
});
