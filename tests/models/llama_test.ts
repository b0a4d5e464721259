import { assertEquals, assertThrows } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { llamaForward } from "../../lib/models/llama/llama_forward.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { LlamaSequence } from "../../lib/models/llama/llama_sequence.ts";
import { Random } from "../../lib/tensor/random.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { assertClose } from "../kernels/close.ts";
import { STRETCHED, tinyLlama } from "./tiny_llama.ts";

Deno.test("padding on either side leaves the logits of tokens as they are", async () => {
  using gpu = await openGpu();
  using model = tinyLlama(gpu, 3);
  const random = new Random(4);
  const [size, length] = [3, 7];
  const texts = [7, 4, 1].map((count) => Array.from({ length: count }, () => random.integer(30)));
  const { vocabularySize } = model.config;
  const logitsOf = (startOf: (count: number) => number) => {
    const ids = new Int32Array(size * length);
    const mask = new Int32Array(size * length);
    texts.forEach((text, row) => {
      ids.set(text, row * length + startOf(text.length));
      mask.fill(1, row * length + startOf(text.length), row * length + startOf(text.length) + text.length);
    });
    using sequence = new LlamaSequence(gpu, model.config, size, length);
    sequence.load({ ids, mask });
    const logits = scope(gpu, () => llamaForward(model.config, model.weights, sequence).readFloats());
    return texts.flatMap(({ length: count }, row) => {
      const first = (row * length + startOf(count)) * vocabularySize;
      return [...logits.subarray(first, first + count * vocabularySize)];
    });
  };
  const left = logitsOf((count) => length - count);
  assertClose(logitsOf(() => 0), left, { name: "padding on the right" });
  assertClose(logitsOf((count) => (length - count) >> 1), left, { name: "padding on both sides" });
});

Deno.test("labels are predicted behind their prompts, wherever these are padded", async () => {
  using gpu = await openGpu();
  using model = tinyLlama(gpu, 5);
  const labels = new Int32Array([3, 4, 2, 5, 2, -100]);
  const extents = { size: 2, sourceLength: 4, targetLength: 3 };
  using inputs = model.inputs(extents);
  const logitsOf = (inputIds: number[], attentionMask: number[]) => {
    inputs.load({
      ...extents,
      labels,
      inputIds: new Int32Array(inputIds),
      attentionMask: new Int32Array(attentionMask),
    });
    return scope(gpu, () => model.forward(inputs).readFloats());
  };
  const right = logitsOf([7, 8, 9, 0, 6, 0, 0, 0], [1, 1, 1, 0, 1, 0, 0, 0]);
  assertClose(logitsOf([0, 7, 8, 9, 0, 0, 0, 6], [0, 1, 1, 1, 0, 0, 0, 1]), right, { name: "left" });
  // the same from all positions of prompts and labels side by side
  using sequence = new LlamaSequence(gpu, model.config, 2, 6);
  sequence.load({
    ids: new Int32Array([0, 7, 8, 9, 3, 4, 0, 0, 0, 6, 5, 2]),
    mask: new Int32Array([0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1]),
  });
  const all = scope(gpu, () => llamaForward(model.config, model.weights, sequence).readFloats());
  const { vocabularySize: width } = model.config;
  const wanted = [3, 4, 5, 9, 10, 11].flatMap((row) => [...all.subarray(row * width, (row + 1) * width)]);
  assertClose(right, wanted, { name: "all positions" });
  assertThrows(
    () => inputs.load({ ...extents, size: 1, inputIds: labels, attentionMask: labels, labels }),
    RangeError,
  );
});

Deno.test("a saved model is loaded again, with its configuration", async () => {
  using gpu = await openGpu();
  const folder = Deno.makeTempDirSync();
  try {
    for (const changes of [{}, { tied: true, eosIds: [2, 3] }, { rotary: STRETCHED }]) {
      using model = tinyLlama(gpu, 6, changes);
      model.save(folder);
      using same = loadModel(gpu, folder);
      assertEquals(same.config, model.config);
      for (const [key, weight] of Object.entries(model.weights)) {
        assertEquals(same.weights[key].readFloats(), weight.readFloats());
      }
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("an architecture or an option that is not known is named", async () => {
  using gpu = await openGpu();
  const folder = Deno.makeTempDirSync();
  try {
    using model = tinyLlama(gpu, 7);
    model.save(folder);
    const config = JSON.parse(Deno.readTextFileSync(`${folder}/config.json`));
    const cases: [Record<string, unknown>, string][] = [
      [{ model_type: "gpt2" }, '"gpt2"'],
      [{ architectures: ["LlamaForSequenceClassification"] }, "LlamaForSequenceClassification"],
      [{ hidden_act: "gelu" }, 'hidden_act "gelu"'],
      [{ attention_bias: true }, "attention_bias true"],
      [{ rope_scaling: { rope_type: "yarn", factor: 2 } }, '"yarn"'],
      [{ num_key_value_heads: 2 }, "multiple of num_key_value_heads (2)"],
      [{ head_dim: 5 }, "must be even, found 5"],
      [{ vocab_size: "many" }, '"vocab_size"'],
      [{ num_hidden_layers: 3 }, "model.layers.2.input_layernorm.weight"],
      [{ intermediate_size: 7 }, "model.layers.0.mlp.gate_proj.weight"],
    ];
    for (const [changes, part] of cases) {
      Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify({ ...config, ...changes }));
      assertThrows(() => loadModel(gpu, folder), Error, part);
    }
    assertEquals(gpu.liveBuffers, Object.keys(model.weights).length);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
