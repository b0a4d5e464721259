/** Answers by teacher forcing against those of greedy decoding in transformers. */
import { assert, assertEquals } from "@std/assert";
import { allCases } from "../golden_case.ts";
import { Evaluator } from "../../lib/continual/evaluator.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { loadT5, type T5Model } from "../../lib/models/t5/t5_model.ts";
import type { GoldenCase } from "../../lib/verify/golden_case.ts";
import { goldenRows } from "../../lib/verify/golden_rows.ts";

Deno.test("what greedy decoding generates is right by teacher forcing", async () => {
  using gpu = await openGpu();
  for (const golden of allCases("t5")) {
    using model = loadT5(gpu, `${golden.folder}/model`);
    checkAnswers(model, golden);
  }
  assertEquals(gpu.liveBuffers, 0);
});

/**
 * What greedy decoding generates is right by teacher forcing, row by row, and wrong once a token is changed: the
 * evaluator's exact match equals that of decoding.
 */
function checkAnswers(model: T5Model, golden: GoldenCase): void {
  const { eosTokenId } = golden.config;
  const { shape: [size, width], data } = golden.tensor("generated");
  const labels = Int32Array.from(data as Int32Array);
  for (let row = 0; row < size; row++) {
    const end = labels.subarray(row * width, (row + 1) * width).indexOf(eosTokenId);
    if (end >= 0) labels.fill(-100, row * width + end + 1, (row + 1) * width);
  }
  const { sourceLength, inputIds, attentionMask } = goldenRows(golden);
  const batch = { size, sourceLength, targetLength: width, inputIds, attentionMask, labels };
  using evaluator = new Evaluator(model, model.weights, batch);
  assert(evaluator.answers(batch).every(({ correct }) => correct), `generated of t5/${golden.record.name}`);
  const changed = labels.slice();
  changed[0] = (changed[0] + 1) % model.config.vocabularySize;
  const answers = evaluator.answers({ ...batch, labels: changed });
  assertEquals(answers.map(({ correct }) => correct), answers.map((_, row) => row !== 0));
  assertEquals(answers[0].tokens[0], labels[0]);
  const unlabelled = evaluator.answers({ ...batch, labels: new Int32Array(labels.length).fill(-100) });
  assert(unlabelled.every(({ correct }) => !correct));
}
