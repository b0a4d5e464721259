import { assert, assertEquals } from "@std/assert";
import { Evaluator } from "../../lib/continual/evaluator.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import type { T5Model } from "../../lib/models/t5/t5_model.ts";
import { LabelChoices } from "../../lib/tasks/label_choices.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { tinyT5 } from "../models/tiny_t5.ts";

const EXTENTS = { size: 8, sourceLength: 5, targetLength: 3 };
const LABELS = [[4, 5, 1], [4, 6, 1], [7, 1], [8, 9, 1]];

Deno.test("among labels, a row is right when decoding step by step along the labels gives its label", async () => {
  using gpu = await openGpu();
  using model = tinyT5(gpu, 5, { vocabularySize: 30 });
  const random = new Random(2);
  const choices = new LabelChoices(LABELS);
  using evaluator = new Evaluator(model, model.weights, EXTENTS, choices.widest);
  const seen = new Set<boolean>();
  for (let round = 0; round < 4; round++) {
    const inputIds = Int32Array.from({ length: 40 }, () => 2 + random.integer(28));
    const attentionMask = new Int32Array(40).fill(1);
    const decoded = decodeAlong(model, inputIds, choices);
    const given = decoded.map((label, row) => row % 2 ? LABELS[random.integer(LABELS.length)] : label);
    const labels = new Int32Array(24).fill(-100);
    given.forEach((label, row) => labels.set(label, row * 3));
    const answers = evaluator.answers({ ...EXTENTS, inputIds, attentionMask, labels }, choices);
    assertEquals(
      answers.map((answer) => answer.correctAmongLabels),
      given.map((label, row) => label.join() === decoded[row].join()),
    );
    answers.forEach(({ correct, correctAmongLabels }) => {
      seen.add(correctAmongLabels!);
      assert(!correct || correctAmongLabels, "what free decoding gives, decoding along the labels gives too");
    });
  }
  assertEquals(seen.size, 2, "both kinds of rows occurred");
});

/** Greedy decoding along the labels, a forward pass a token. */
function decodeAlong(model: T5Model, inputIds: Int32Array<ArrayBuffer>, choices: LabelChoices): number[][] {
  const said: number[][] = Array.from({ length: EXTENTS.size }, () => []);
  const { vocabularySize } = model.config;
  for (let at = 0; at < EXTENTS.targetLength; at++) {
    const labels = new Int32Array(24).fill(-100);
    said.forEach((ids, row) => labels.set(ids, row * 3));
    const logits = scope(model.gpu, () => {
      const inputs = model.inputs(EXTENTS);
      inputs.load({ ...EXTENTS, inputIds, attentionMask: new Int32Array(40).fill(1), labels });
      return model.forward(inputs);
    });
    const values = logits.readFloats();
    logits.dispose();
    said.forEach((ids, row) => {
      const next = choices.after(ids);
      if (next.length === 0) return;
      const score = (id: number) => values[(row * 3 + at) * vocabularySize + id];
      ids.push(next.reduce((best, id) => score(id) > score(best) ? id : best));
    });
  }
  return said;
}
