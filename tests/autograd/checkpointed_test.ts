import { assert, assertEquals } from "@std/assert";
import { crossEntropy } from "../../lib/autograd/ops/cross_entropy.ts";
import { linear } from "../../lib/autograd/ops/linear.ts";
import { weightedTotal } from "../../lib/autograd/ops/weighted_total.ts";
import { Tape } from "../../lib/autograd/tape.ts";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import type { LoadedModel } from "../../lib/models/load_model.ts";
import type { ForwardOptions, LanguageModel } from "../../lib/models/language_model.ts";
import type { Weights } from "../../lib/models/layout.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { type Tensor, tensor } from "../../lib/tensor/tensor.ts";
import { Random } from "../../lib/tensor/random.ts";
import { tinyLlama } from "../models/tiny_llama.ts";
import { tinyT5 } from "../models/tiny_t5.ts";

const EXTENTS = { size: 3, sourceLength: 24, targetLength: 5 };

function randomRows(vocabulary: number) {
  const random = new Random(5);
  const ids = (count: number) => Int32Array.from({ length: count }, () => 2 + random.integer(vocabulary - 2));
  const { size, sourceLength, targetLength } = EXTENTS;
  return {
    ...EXTENTS,
    inputIds: ids(size * sourceLength),
    attentionMask: Int32Array.from({ length: size * sourceLength }, (_, i) => Number(i % 24 < 20)),
    labels: ids(size * targetLength),
  };
}

/** The inputs of a model, filled, and its forward pass on them. */
function readingOf(model: LoadedModel) {
  const { vocabularySize } = model.config;
  const inputs = (model as LanguageModel).inputs(EXTENTS);
  inputs.load(randomRows(vocabularySize));
  const forward = (weights: Weights, options: ForwardOptions = {}) =>
    (model as LanguageModel).forward(inputs, weights, options);
  return { inputs, forward };
}

/** The loss and the gradients of every weight, and the bytes of a recording of both. */
function differentiate(model: LoadedModel, recompute: boolean) {
  const { gpu } = model;
  const { forward, inputs } = readingOf(model);
  using _inputs = inputs;
  using step = recorded(gpu, () => {
    const tape = new Tape();
    const watched = Object.fromEntries(
      Object.entries(model.weights).map(([key, weight]) => [key, tape.watch(weight)]),
    );
    const loss = crossEntropy(forward(watched, { recompute }), inputs.labels);
    tape.backward(loss);
    const gradients = Object.entries(watched).map(([key, weight]) => [key, tape.gradient(weight)] as const);
    return { loss, gradients };
  });
  const { loss, gradients } = step.replay();
  return {
    loss: loss.item(),
    gradients: new Map(gradients.map(([key, gradient]) => [key, gradient.readFloats()])),
    bytes: step.bytes,
    dispatches: step.dispatches,
  };
}

Deno.test("layers computed again on the way back give the same gradients to the last bit, in less memory", async () => {
  using gpu = await openGpu();
  const deep = { encoderLayers: 6, decoderLayers: 6, width: 64 };
  const models = [
    () => tinyT5(gpu, 3, deep),
    () => tinyT5(gpu, 3, { ...deep, activation: "gated-gelu", tied: false }),
    () => tinyLlama(gpu, 3, { layers: 12, width: 64, headWidth: 16, deviation: 0.1 }),
  ];
  for (const make of models) {
    using model = make();
    const before = gpu.liveBuffers;
    const kept = differentiate(model, false);
    const again = differentiate(model, true);
    assertEquals(again.loss, kept.loss);
    const first = Object.keys(model.weights).find((key) => key.endsWith("0.feedInner"))!;
    assert(kept.gradients.get(first)!.some((value) => value !== 0));
    for (const [key, gradient] of kept.gradients) assertEquals(again.gradients.get(key), gradient, key);
    assert(again.dispatches > kept.dispatches);
    const weights = Object.values(model.weights).reduce((sum, { buffer }) => sum + buffer.size, 0);
    const [less, more] = [again, kept].map(({ bytes }) => bytes - weights); // gradients of all weights are in both
    assert(less < 0.6 * more, `${less} bytes instead of ${more}`);
    assertEquals(gpu.liveBuffers, before);
  }
});

Deno.test("segments may lie in segments, share inputs, or depend on nothing watched", async () => {
  using gpu = await openGpu();
  const before = gpu.liveBuffers;
  scope(gpu, () => {
    const matrix = (...values: number[]) => tensor(gpu, new Float32Array(values), [2, 2]);
    const gradients = [true, false].map((checkpoint) => {
      const tape = new Tape();
      const segment = (body: () => Tensor) => checkpoint ? tape.checkpointed(gpu, body) : body();
      const [w, v] = [tape.watch(matrix(1, 2, 3, 4)), tape.watch(matrix(0.5, -1, 2, 1))];
      const x = matrix(1, -1, 2, 3);
      const plain = segment(() => linear(x, x));
      const y = segment(() => {
        const inner = segment(() => linear(linear(plain, w), v));
        return linear(inner, w, { residual: inner });
      });
      const z = segment(() => linear(y, v, { residual: y }));
      tape.backward(weightedTotal(linear(z, w, { residual: y }), matrix(1, 2, 3, 4)));
      return [tape.gradient(w).readFloats(), tape.gradient(v).readFloats()];
    });
    assertEquals(gradients[0], gradients[1]);
    assert(gradients[0].flatMap((values) => [...values]).every((value) => value !== 0));
  });
  assertEquals(gpu.liveBuffers, before);
});

function chain(gpu: Gpu, tape: Tape, options: { readonly checkpoint: boolean; readonly events: string[] }) {
  const weights = [0, 1, 2].map((i) =>
    tape.watch(tensor(gpu, new Float32Array([2 + i])).view([1, 1]), {
      consume: (gradient) => options.events.push(`${i}: ${gradient.readFloats()[0]}`),
    })
  );
  const layer = (x: Tensor, i: number) => linear(linear(x, weights[i]), weights[i]);
  let x = tensor(gpu, new Float32Array([1])).view([1, 1]);
  for (const i of [0, 1, 2]) {
    const input = x;
    x = options.checkpoint ? tape.checkpointed(gpu, () => layer(input, i)) : layer(input, i);
  }
  return weightedTotal(x, tensor(gpu, new Float32Array([1])));
}

Deno.test("a gradient is handed over once, complete, before those of earlier layers, and then released", async () => {
  using gpu = await openGpu();
  for (const checkpoint of [true, false]) {
    scope(gpu, () => {
      const events: string[] = [];
      const tape = new Tape();
      const loss = chain(gpu, tape, { checkpoint, events });
      const live = gpu.liveBuffers;
      tape.backward(loss);
      // y = w₀² w₁² w₂² with w = 2, 3, 4
      assertEquals(events, ["2: 288", "1: 384", "0: 576"]);
      assert(gpu.liveBuffers <= live, `${gpu.liveBuffers} buffers after ${live}`);
    });
  }
  assertEquals(gpu.liveBuffers, 0);
});

Deno.test("gradients add up over passes, each with its weight", async () => {
  using gpu = await openGpu();
  scope(gpu, () => {
    const gradient = tensor(gpu, new Float32Array([100, 200])).view([1, 2]);
    const w = tensor(gpu, new Float32Array([1, 1])).view([1, 2]);
    for (const [x, weight] of [[[1, 2], 0.5], [[3, 4], 10]] as const) {
      const tape = new Tape();
      const watched = tape.watch(w, { gradient, accumulate: true });
      const loss = weightedTotal(
        linear(tensor(gpu, new Float32Array(x), [1, 2]), watched),
        tensor(gpu, new Float32Array([1])),
      );
      tape.backward(loss, { weight: tensor(gpu, new Float32Array([weight])) });
    }
    assertEquals([...gradient.readFloats()], [100 + 0.5 + 30, 200 + 1 + 40]);
  });
});

Deno.test("without a watched weight no more than a layer is kept, and the result stays", async () => {
  using gpu = await openGpu();
  using model = tinyT5(gpu, 3, { encoderLayers: 6, decoderLayers: 6, width: 64 });
  using shallow = tinyT5(gpu, 3, { encoderLayers: 1, decoderLayers: 1, width: 64 });
  const bytesOf = (model: LoadedModel, watch: boolean) => {
    const { forward, inputs } = readingOf(model);
    using _inputs = inputs;
    const norm = model.weights["encoder.norm"];
    const weights = watch ? { ...model.weights, "encoder.norm": new Tape().watch(norm) } : model.weights;
    using step = recorded(gpu, () => forward(weights));
    return { bytes: step.bytes, logits: step.replay().readFloats() };
  };
  const [free, kept] = [false, true].map((watch) => bytesOf(model, watch));
  assertEquals(free.logits, kept.logits);
  const one = bytesOf(shallow, false);
  const all = `${free.bytes} of ${kept.bytes} bytes, ${one.bytes} for one layer`;
  assert(free.bytes < 1.3 * one.bytes && free.bytes < kept.bytes / 2, all);
});
