import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors/input_error.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { storedWeights } from "../../lib/models/packed_weights.ts";
import { formatT5Config, parseT5Config, type T5Config } from "../../lib/models/t5/t5_config.ts";
import { shiftRight } from "../../lib/models/t5/t5_inputs.ts";
import { createT5, loadT5 } from "../../lib/models/t5/t5_model.ts";
import { moduleShapes, targetModules } from "../../lib/models/target_modules.ts";
import { Random } from "../../lib/tensor/random.ts";
import { TINY_T5, tinyT5 } from "./tiny_t5.ts";

async function withFolder(body: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a saved T5 loads with the same weights; in F16 with rounded ones", async () => {
  using gpu = await openGpu();
  await withFolder((folder) => {
    for (const config of [TINY_T5, { ...TINY_T5, tied: false, activation: "gated-gelu" as const }]) {
      using model = createT5(gpu, config, { random: new Random(4) });
      const weights = storedWeights(model.layout, model.weights);
      model.save(folder);
      using same = loadT5(gpu, folder);
      assertEquals(same.config, config);
      assertEquals(storedWeights(same.layout, same.weights), weights);
      model.save(folder, { dtype: "F16" });
      using rounded = loadT5(gpu, folder);
      assert(rounded.fingerprint !== same.fingerprint);
      for (const [name, { data }] of storedWeights(rounded.layout, rounded.weights)) {
        data.forEach((value, i) => assertAlmostEquals(value, weights.get(name)!.data[i], 2e-3, name));
      }
    }
  });
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("loading a T5 names the file and what is wrong with it", async () => {
  using gpu = await openGpu();
  await withFolder(async (folder) => {
    const loading = (part: string) => assertRejects(async () => void await loadT5(gpu, folder), Error, part);
    await loading("config.json");
    Deno.writeTextFileSync(`${folder}/config.json`, "{");
    await loading("config.json is not JSON");
    Deno.writeTextFileSync(`${folder}/config.json`, '{"model_type": "bert"}');
    await loading('found "bert"');
    using model = createT5(gpu, TINY_T5, { random: new Random(1) });
    model.save(folder);
    const config = formatT5Config({ ...TINY_T5, vocabularySize: 99 });
    Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(config));
    await loading("[99, 12] is needed");
    Deno.writeTextFileSync(
      `${folder}/config.json`,
      JSON.stringify(formatT5Config({ ...TINY_T5, encoderLayers: 3 })),
    );
    await loading("encoder.block.1.");
    Deno.truncateSync(`${folder}/model.safetensors`, 2000);
    await loading("truncated");
    Deno.removeSync(`${folder}/model.safetensors`);
    await loading("there is no such file");
  });
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("the same seed gives the same fresh weights, another seed others", async () => {
  using gpu = await openGpu();
  using first = tinyT5(gpu, 1);
  using again = tinyT5(gpu, 1);
  using other = tinyT5(gpu, 2);
  const embedding = (model: typeof first) => model.weights.embedding.readFloats();
  assertEquals(embedding(first), embedding(again));
  assert(embedding(first)[0] !== embedding(other)[0]);
  assertEquals(first.fingerprint, again.fingerprint);
  assert(first.fingerprint !== other.fingerprint);
});

Deno.test("config.json: defaults as in transformers, and clear errors", () => {
  const least = {
    model_type: "t5",
    vocab_size: 5,
    d_model: 4,
    num_heads: 1,
    d_kv: 4,
    d_ff: 8,
    num_layers: 2,
  };
  const config: T5Config = parseT5Config(least);
  assertEquals([config.decoderLayers, config.buckets, config.maxDistance, config.eps], [2, 32, 128, 1e-6]);
  assertEquals([config.tied, config.activation], [true, "relu"]);
  assertEquals(parseT5Config(formatT5Config(config)), config);
  assertThrows(() => parseT5Config({ ...least, d_ff: "8" }), InputError, '"d_ff"');
  assertThrows(() => parseT5Config({ ...least, feed_forward_proj: "swish" }), InputError, '"swish"');
});

Deno.test("the decoder reads the labels shifted right, padding where there is no label", () => {
  const labels = new Int32Array([5, 6, 1, 7, 1, -100]);
  assertEquals([...shiftRight(labels, 3, { decoderStartId: 9, padId: 0 })], [9, 5, 6, 9, 7, 1]);
  assertEquals([...shiftRight(new Int32Array([-100, 3]), 2, { decoderStartId: 0, padId: 4 })], [0, 4]);
});

Deno.test("inputs refuse batches of other extents", async () => {
  using gpu = await openGpu();
  using model = tinyT5(gpu, 1);
  using inputs = model.inputs({ size: 2, sourceLength: 3, targetLength: 2 });
  const ids = new Int32Array(6);
  const rows = { size: 2, sourceLength: 3, targetLength: 3, inputIds: ids, attentionMask: ids, labels: ids };
  assertThrows(() => inputs.load(rows), RangeError, "2 rows of 3 and 2 tokens");
});

Deno.test("patterns choose modules by their whole name", async () => {
  using gpu = await openGpu();
  using model = tinyT5(gpu, 1);
  const names = [...moduleShapes(model.layout).keys()];
  assert(names.includes("encoder.block.0.layer.0.SelfAttention.q") && names.includes("shared"));
  assert(!names.some((name) => name.includes("layer_norm")));
  assertEquals([...targetModules(model.layout, ".*EncDecAttention.(q|v)")].length, 2);
  assertEquals([...targetModules(model.layout, "shared|nothing")], ["shared"]);
  const error = assertThrows(
    () => targetModules(model.layout, "SelfAttention.q"),
    RangeError,
    "matches none",
  );
  assert(error.message.includes('"SelfAttention.q"'), error.message);
  assert(error.message.includes('"encoder.block.0.layer.0.SelfAttention.q"'), error.message);
  assertThrows(() => targetModules(model.layout, "q("), InputError, '"q("');
});
