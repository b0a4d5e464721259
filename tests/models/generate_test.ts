import { assert, assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { argmaxRows } from "../../lib/kernels/argmax_rows.ts";
import { generate, type GenerativeModel, type Prompts } from "../../lib/models/generate.ts";
import type { LanguageModel } from "../../lib/models/language_model.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { empty } from "../../lib/tensor/tensor.ts";
import { tinyLlama } from "./tiny_llama.ts";
import { tinyT5 } from "./tiny_t5.ts";

/** Prompts of three lengths, padded on the right. */
function drawPrompts(random: Random): Prompts {
  const [size, sourceLength] = [3, 6];
  const attentionMask = Int32Array.from(
    { length: 18 },
    (_, i) => Number(i % 6 < [6, 3, 1][Math.floor(i / 6)]),
  );
  return {
    size,
    sourceLength,
    attentionMask,
    inputIds: attentionMask.map((m) => m * (3 + random.integer(30))),
  };
}

/** Without a cache: the whole text is read again for every token. */
function generateSlowly(model: LanguageModel, prompts: Prompts, count: number): number[][] {
  const rows: number[][] = Array.from({ length: prompts.size }, () => []);
  for (let length = 1; length <= count; length++) {
    const labels = Int32Array.from(rows.flatMap((row) => [...row, -100]));
    const extents = { ...prompts, targetLength: length };
    using inputs = model.inputs(extents);
    inputs.load({ ...extents, labels });
    const tokens = scope(model.gpu, () => {
      const ids = empty(model.gpu, [prompts.size, length], { dtype: "i32" });
      argmaxRows(model.forward(inputs), ids);
      return ids.read();
    });
    rows.forEach((row, i) => row.push(tokens[(i + 1) * length - 1]));
  }
  return rows;
}

Deno.test("with the cache the same is written as by reading the whole text again for every token", async () => {
  using gpu = await openGpu();
  const random = new Random(3);
  using llama = tinyLlama(gpu, 2, { layers: 3, keyHeads: 3, headWidth: 2, deviation: 1 });
  using grouped = tinyLlama(gpu, 8, { deviation: 1 });
  using t5 = tinyT5(gpu, 6, { tied: false, decoderLayers: 2 });
  for (const model of [llama, grouped, t5] as (LanguageModel & GenerativeModel)[]) {
    const live = gpu.liveBuffers;
    const prompts = drawPrompts(random);
    const slow = generateSlowly(model, prompts, 11);
    assert(new Set(slow.flat()).size > 2, `${model.architecture} writes ${slow.join(" / ")}`);
    const { width, ids } = generate(model, prompts, { maxNewTokens: 11, eosIds: [] });
    assertEquals([width, [...ids]], [11, slow.flat()]);
    assertEquals(gpu.liveBuffers, live);
  }
});

Deno.test("a row ends with its end token, and writing with the longest row", async () => {
  using gpu = await openGpu();
  using model = tinyLlama(gpu, 8);
  const prompts = drawPrompts(new Random(5));
  const { ids: all } = generate(model, prompts, { maxNewTokens: 20, eosIds: [] });
  const texts = [0, 1, 2].map((row) => [...all.subarray(row * 20, (row + 1) * 20)]);
  const eosIds = [texts[0][1], texts[1][3], texts[2][2]];
  const ended = texts.map((text) => text.slice(0, text.findIndex((id) => eosIds.includes(id)) + 1));
  const { width, ids } = generate(model, prompts, { maxNewTokens: 20, eosIds, padId: 77 });
  assertEquals(width, Math.max(...ended.map((text) => text.length)));
  assertEquals([...ids], ended.flatMap((text) => [...text, ...new Array(width - text.length).fill(77)]));
  for (const maxNewTokens of [0, 1.5]) {
    assertThrows(() => generate(model, prompts, { maxNewTokens }), RangeError, `${maxNewTokens} was given`);
  }
});
