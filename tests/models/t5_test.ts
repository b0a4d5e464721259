import { assert, assertEquals } from "@std/assert";
import { allCases, assertWithin, type GoldenCase, toleranceOf } from "../golden_case.ts";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { Evaluator } from "../../lib/continual/evaluator.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { encode } from "../../lib/models/t5/t5_forward.ts";
import { loadT5, type T5Model } from "../../lib/models/t5/t5_model.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { goldenRows } from "./golden_rows.ts";

Deno.test("T5 agrees with transformers: hidden states, logits, loss and every gradient", async () => {
  using gpu = await openGpu();
  for (const golden of allCases("t5")) checkCase(gpu, golden);
  assertEquals(gpu.liveBuffers, 0);
});

function checkCase(gpu: Gpu, golden: GoldenCase): void {
  const { name: caseName, tolerance } = golden.case;
  const check = (name: string, found: ArrayLike<number>) => {
    const expected = golden.tensors.get(name)!.data as Float32Array;
    assertWithin(found, expected, {
      tolerance: toleranceOf(tolerance, name),
      name: `${name} of t5/${caseName}`,
    });
  };
  using model = loadT5(gpu, `${golden.dir}/model`);
  const rows = goldenRows(golden);
  using inputs = model.inputs(rows);
  inputs.load(rows);
  const hidden = scope(gpu, () => encode(model.config, model.weights, inputs).readFloats());
  checkHidden(golden, hidden, check);
  using step = recorded(gpu, () => {
    const tape = new Tape();
    const watched = Object.fromEntries(Object.entries(model.weights).map(([key, w]) => [key, tape.watch(w)]));
    const logits = model.forward(inputs, watched);
    const loss = crossEntropy(logits, inputs.labels);
    tape.backward(loss);
    const gradients = Object.entries(watched).map(([key, w]) => [key, tape.gradient(w)] as const);
    return { logits, loss, gradients: Object.fromEntries(gradients) };
  });
  for (let i = 0; i < 2; i++) {
    const { logits, loss, gradients } = step.replay();
    check("logits", logits.readFloats());
    check("loss", [loss.item()]);
    const stored = storedWeights(model.layout, gradients);
    for (const [name, { data }] of stored) check(`grad.${name}`, data);
    assertEquals(stored.size, [...golden.tensors.keys()].filter((name) => name.startsWith("grad.")).length);
  }
  checkAnswers(model, golden);
}

/** Compares hidden states where there is a token. */
function checkHidden(
  { tensors, case: record }: GoldenCase,
  found: Float32Array,
  check: (name: string, found: ArrayLike<number>) => void,
): void {
  const mask = tensors.get("attention_mask")!.data;
  const { data, shape } = tensors.get("encoder_hidden")!;
  const masked = found.map((value, i) => mask[Math.floor(i / shape[2])] ? value : Number(data[i]));
  check("encoder_hidden", masked);
  assert(masked.some((value, i) => value === found[i]), record.name);
}

/**
 * What greedy decoding generates is right by teacher forcing, row by row, and wrong once a token is changed: the
 * evaluator's exact match equals that of decoding.
 */
function checkAnswers(model: T5Model, golden: GoldenCase): void {
  const { eosTokenId } = golden.case.config;
  const { shape: [size, width], data } = golden.tensors.get("generated")!;
  const labels = Int32Array.from(data as Int32Array);
  for (let row = 0; row < size; row++) {
    const end = labels.subarray(row * width, (row + 1) * width).indexOf(eosTokenId);
    if (end >= 0) labels.fill(-100, row * width + end + 1, (row + 1) * width);
  }
  const { sourceLength, inputIds, attentionMask } = goldenRows(golden);
  const batch = { size, sourceLength, targetLength: width, inputIds, attentionMask, labels };
  using evaluator = new Evaluator(model, model.weights, batch);
  assert(evaluator.answers(batch).every(({ correct }) => correct), `generated of t5/${golden.case.name}`);
  const changed = labels.slice();
  changed[0] = (changed[0] + 1) % model.config.vocabularySize;
  const answers = evaluator.answers({ ...batch, labels: changed });
  assertEquals(answers.map(({ correct }) => correct), answers.map((_, row) => row !== 0));
  assertEquals(answers[0].tokens[0], labels[0]);
  const unlabelled = evaluator.answers({ ...batch, labels: new Int32Array(labels.length).fill(-100) });
  assert(unlabelled.every(({ correct }) => !correct));
}
