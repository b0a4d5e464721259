/** LoRA adapters in PEFT's format. @module */
import { crossEntropy } from "../../autograd/ops/cross_entropy.ts";
import { Tape } from "../../autograd/tape.ts";
import { type Adapter, pairKey, readAdapter } from "../../models/adapter.ts";
import { requireFittingAdapter } from "../../models/adapter_fit.ts";
import { adapterTargets } from "../../models/adapter_targets.ts";
import { adaptedWeights, mergedWeights, tensorPairs } from "../../models/adapter_weights.ts";
import { type LoadedModel, loadModel } from "../../models/load_model.ts";
import { storedWeights } from "../../models/packed_weights.ts";
import { moduleShapes } from "../../models/target_modules.ts";
import { scope } from "../../tensor/scope.ts";
import type { Checker } from "../checker.ts";
import type { Comparison } from "../comparison.ts";
import type { GoldenCase } from "../golden_case.ts";
import { counted, type ModelPass, passOf } from "../model_pass.ts";

interface Bench {
  readonly model: LoadedModel;
  readonly adapter: Adapter;
  readonly pass: ModelPass;
  readonly golden: GoldenCase;
  readonly comparison: Comparison;
}

/** Model and adapter → modules hit, scalings, logits without, with and after merging the adapter, gradients. */
export const checkLora: Checker = async (golden, comparison, device) => {
  const { config, folder } = golden;
  const gpu = await device();
  using model = loadModel(gpu, `${folder}/${config.model ?? "model"}`);
  const adapter = readAdapter(`${folder}/${config.adapter ?? "adapter"}`);
  const modules = moduleShapes(model.layout);
  requireFittingAdapter(adapter, modules);
  if (config.targets) {
    const found = adapterTargets(adapter.config, [...modules.keys()]).sort();
    comparison.equal("modules hit", found, [...config.targets].sort());
  }
  for (const [module, want] of Object.entries<number>(config.scaling ?? {})) {
    const found = adapter.pairs.find((pair) => pair.module === module)?.scaling ?? NaN;
    comparison.holds(Math.abs(found / want - 1) < 1e-9, `the scaling of ${module} is ${found}, not ${want}`);
  }
  using pass = passOf(model, golden);
  const bench = { model, adapter, pass, golden, comparison };
  compareLogits(bench, "base_logits", () => model.weights);
  scope(gpu, () => compareGradients(bench));
  compareLogits(bench, "merged_logits", () => {
    const merged = mergedWeights(model, adapter);
    compareWeights(bench, storedWeights(model.layout, merged));
    return merged;
  });
};

function compareLogits(
  { model, pass, golden, comparison }: Bench,
  name: string,
  weights: () => LoadedModel["weights"],
) {
  if (!golden.has(name)) return;
  const logits = scope(model.gpu, () => pass.forward(weights()).readFloats());
  comparison.numbers(name, counted(pass, logits), counted(pass, golden.tensor(name).data));
}

function compareGradients({ model, adapter, pass, golden, comparison }: Bench): void {
  const tape = new Tape();
  const pairs = tensorPairs(model.gpu, adapter.pairs)
    .map((pair) => ({ ...pair, a: tape.watch(pair.a), b: tape.watch(pair.b) }));
  const logits = pass.forward(adaptedWeights(model, pairs));
  const loss = crossEntropy(logits, pass.labels);
  comparison.numbers(
    "logits",
    counted(pass, logits.readFloats()),
    counted(pass, golden.tensor("logits").data),
  );
  comparison.numbers("loss", [loss.item()], golden.tensor("loss").data);
  tape.backward(loss);
  for (const { module, a, b } of pairs) {
    for (const [side, factor] of [["A", a], ["B", b]] as const) {
      const name = `grad.${pairKey(module, side)}`;
      comparison.numbers(name, tape.gradient(factor).readFloats(), golden.tensor(name).data);
    }
  }
}

function compareWeights({ golden, comparison }: Bench, merged: ReturnType<typeof storedWeights>): void {
  for (const name of golden.tensors.keys()) {
    if (!name.startsWith("weight.")) continue;
    comparison.numbers(name, merged.get(name.slice("weight.".length))?.data ?? [], golden.tensor(name).data);
  }
}
