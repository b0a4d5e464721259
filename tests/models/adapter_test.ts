/** LoRA adapters in PEFT's format, against what PEFT made of them. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../lib/errors/input_error.ts";
import fc from "fast-check";
import { type Adapter, readAdapter } from "../../lib/models/adapter.ts";
import { parseAdapterConfig } from "../../lib/models/adapter_config.ts";
import { requireFittingAdapter } from "../../lib/models/adapter_fit.ts";
import { type AdapterPair, adapterPair, pairDelta, stackPairs } from "../../lib/models/adapter_pair.ts";
import { adapterTargets } from "../../lib/models/adapter_targets.ts";
import { openCheckpoint } from "../../lib/models/checkpoint_files.ts";
import { writeAdapter } from "../../lib/models/write_adapter.ts";
import { caseFolders, sharedCases } from "../golden_case.ts";
import { inFolder } from "./weight_files.ts";

const { InvalidData, NotFound } = Deno.errors;
const golden = new URL("../golden/adapters", import.meta.url).pathname;
const OPTIONS = { baseModel: "small", taskType: "SEQ_2_SEQ_LM" } as const;

interface Expected {
  readonly modules: Record<string, number[]>;
  readonly adapted: Record<string, { rank: number; scaling: number; delta: number[] }>;
}

function expectedOf(name: string): Expected {
  return JSON.parse(Deno.readTextFileSync(`${golden}/${name}/expected.json`));
}

function assertNear(got: ArrayLike<number>, want: ArrayLike<number>, message: string) {
  assertEquals(got.length, want.length, message);
  for (let i = 0; i < want.length; i++) assertAlmostEquals(got[i], want[i], 1e-5, message);
}

for (const name of ["t5-patterns", "t5-excluded", "llama-layers"]) {
  Deno.test(`the adapter ${name} has the modules, scaling and changes that PEFT gives it`, () => {
    const { modules, adapted } = expectedOf(name);
    const adapter = readAdapter(`${golden}/${name}/adapter`);
    requireFittingAdapter(adapter, new Map(Object.entries(modules)));
    assertEquals(adapterTargets(adapter.config, Object.keys(modules)).sort(), Object.keys(adapted).sort());
    assertEquals(adapter.pairs.map(({ module }) => module).sort(), Object.keys(adapted).sort());
    for (const pair of adapter.pairs) {
      const { rank, scaling, delta } = adapted[pair.module];
      assertEquals(pair.rank, rank);
      assertAlmostEquals(pair.scaling, scaling, 1e-12);
      assertNear(pairDelta(pair), delta, pair.module);
    }
  });

  Deno.test(`the adapter ${name} written again is the same`, () => {
    const { pairs } = readAdapter(`${golden}/${name}/adapter`);
    inFolder((folder) => {
      writeAdapter(folder, pairs, OPTIONS);
      const again = readAdapter(folder);
      assertEquals(again.config.baseModel, "small");
      assertSamePairs(again.pairs, pairs);
      assertEquals([...Deno.readDirSync(folder)].length, 2);
    });
  });
}

const shared = sharedCases("lora");
for (const folder of shared ? caseFolders(shared, "lora") : []) {
  const { name, config } = JSON.parse(Deno.readTextFileSync(`${folder}/case.json`));
  Deno.test(`the modules and scaling of the shared adapter ${name}`, () => {
    const adapter = readAdapter(`${folder}/${config.adapter}`);
    using model = openCheckpoint(`${folder}/${config.model}`);
    const matrices = model.names.filter((name) => model.shapeOf(name).length === 2);
    const modules = new Map(matrices.map((name) => [name.replace(/\.weight$/, ""), model.shapeOf(name)]));
    requireFittingAdapter(adapter, modules);
    assertEquals(adapterTargets(adapter.config, [...modules.keys()]).sort(), config.targets);
    const scaling = Object.fromEntries(adapter.pairs.map((pair) => [pair.module, pair.scaling]));
    assertEquals(sorted(scaling), sorted(config.scaling));
  });
}

function sorted(record: Record<string, number>): [string, number][] {
  return Object.entries(record).sort();
}

function assertSamePairs(got: readonly AdapterPair[], want: readonly AdapterPair[]) {
  assertEquals(got.length, want.length);
  got.forEach(({ scaling, ...rest }, i) => {
    const { scaling: wanted, ...pair } = want[i];
    assertEquals(rest, pair);
    assertAlmostEquals(scaling, wanted, 1e-9);
  });
}

const floats = (length: number) =>
  fc.array(fc.integer({ min: -64, max: 64 }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values, (value) => value / 32));

/** Some pairs for each of a few modules, of any rank and scaling. */
const stacks = fc.array(
  fc.record({ inputs: fc.integer({ min: 1, max: 5 }), outputs: fc.integer({ min: 1, max: 5 }) }),
  {
    minLength: 1,
    maxLength: 3,
  },
).chain((shapes) =>
  fc.tuple(...shapes.map(({ inputs, outputs }, m) =>
    fc.array(
      fc.integer({ min: 1, max: 4 }).chain((rank) =>
        fc.record({
          module: fc.constant(`layers.${m}.q`),
          rank: fc.constant(rank),
          inputs: fc.constant(inputs),
          outputs: fc.constant(outputs),
          scaling: fc.constantFrom(0.5, 1, 2, 1.7),
          a: floats(rank * inputs),
          b: floats(outputs * rank),
        })
      ),
      { minLength: 1, maxLength: 4 },
    )
  ))
);

Deno.test("stacked pairs change the weights as their sum, also after writing and reading", () => {
  fc.assert(
    fc.property(stacks, (modules) => {
      const stacked = stackPairs(modules.flat());
      inFolder((folder) => {
        writeAdapter(folder, stacked, OPTIONS);
        const read = new Map(readAdapter(folder).pairs.map((pair) => [pair.module, pair]));
        modules.forEach((pairs, m) => {
          const pair = read.get(pairs[0].module)!;
          assertEquals(pair.rank, pairs.reduce((sum, { rank }) => sum + rank, 0));
          const sum = pairs.map(pairDelta).reduce((total, delta) =>
            total.map((value, i) => value + delta[i])
          );
          assertNear(pairDelta(pair), sum, pairs[0].module);
          assertNear(pairDelta(stacked[m]), sum, pairs[0].module);
        });
      });
    }),
    { numRuns: 40 },
  );
});

Deno.test("equal scalings are kept and the elements not touched", () => {
  const pair = (first: number): AdapterPair => ({
    module: "q",
    rank: 2,
    inputs: 2,
    outputs: 1,
    scaling: 4,
    a: new Float32Array([first, 2, 3, 4]),
    b: new Float32Array([5, 6]),
  });
  const [stack] = stackPairs([pair(1), pair(7)]);
  assertEquals([...stack.a], [1, 2, 3, 4, 7, 2, 3, 4]);
  assertEquals([...stack.b], [5, 6, 5, 6]);
  inFolder((folder) => {
    writeAdapter(folder, [stack], { ...OPTIONS, targets: ["q"] });
    const { config } = readAdapter(folder);
    assertEquals([config.rank, config.alpha, config.targets], [4, 16, ["q"]]);
  });
  assertThrows(() => stackPairs([pair(1), { ...pair(1), inputs: 1, outputs: 2 }]), RangeError, "[2, 1]");
  const [a, b] = [new Float32Array(6), new Float32Array(8)];
  assertEquals(adapterPair({ module: "q", a, b }, { shape: [4, 3], scaling: 2 }).rank, 2);
  assertThrows(() => adapterPair({ module: "q", a, b }, { shape: [3, 4], scaling: 2 }), RangeError, '"q"');
});

Deno.test("an adapter of another model is refused with the module that does not fit", () => {
  const { modules } = expectedOf("t5-excluded");
  const adapter = readAdapter(`${golden}/t5-excluded/adapter`);
  const fitting = (changed: Record<string, number[] | undefined>, other: Adapter = adapter) => {
    const shapes = Object.entries({ ...modules, ...changed }).filter((entry) => entry[1] !== undefined);
    return () => requireFittingAdapter(other, new Map(shapes as [string, number[]][]));
  };
  fitting({})();
  const v = "encoder.block.1.layer.0.SelfAttention.v";
  assertThrows(fitting({ [v]: [8, 7] }), RangeError, `"${v}" of shape [8, 6], here it has [8, 7]`);
  const error = assertThrows(fitting({ [v]: undefined }), RangeError, `"${v}", which this one lacks`);
  assert(error.message.includes('"encoder.block.0.layer.0.SelfAttention.v"'), error.message);
  assert(error.message.includes('"small"'), error.message);
  assertThrows(fitting({ "encoder.block.2.layer.0.SelfAttention.v": [8, 6] }), RangeError, "no pair");
});

Deno.test("targets that match nothing are refused with the nearest modules", () => {
  const { config } = readAdapter(`${golden}/t5-excluded/adapter`);
  const names = Object.keys(expectedOf("t5-excluded").modules);
  for (const targets of [String.raw`.*EncDecAttention\.(query|value)`, ["EncDecAttention.query"]]) {
    const error = assertThrows(() => adapterTargets({ ...config, targets }, names), RangeError, "nearest");
    assert(/EncDecAttention/.test(error.message.split("nearest")[1]), error.message);
  }
  assertThrows(() => adapterTargets({ ...config, targets: "(" }, names), InputError, '"("');
});

Deno.test("configurations that mean something else are refused in a sentence", () => {
  const json = JSON.parse(Deno.readTextFileSync(`${golden}/t5-patterns/adapter/adapter_config.json`));
  parseAdapterConfig(json, "here");
  const refused: [object, string][] = [
    [{ peft_type: "IA3" }, '"IA3"'],
    [{ use_dora: true }, "use_dora"],
    [{ bias: "lora_only" }, "lora_only"],
    [{ modules_to_save: ["lm_head"] }, "lm_head"],
    [{ fan_in_fan_out: true }, "fan_in_fan_out"],
    [{ r: 0 }, '"r"'],
    [{ lora_alpha: "32" }, '"lora_alpha"'],
    [{ target_modules: 5 }, "target_modules"],
    [{ rank_pattern: { q: -1 } }, "rank_pattern.q"],
    [{ layers_to_transform: ["a"] }, "layers_to_transform"],
  ];
  for (const [change, part] of refused) {
    const error = assertThrows(() => parseAdapterConfig({ ...json, ...change }, "here"), InvalidData, part);
    assert(error.message.startsWith("here ") && error.message.endsWith("."), error.message);
  }
});

Deno.test("files that disagree, and damaged ones, are refused in a sentence", () => {
  const source = `${golden}/t5-patterns/adapter`;
  const config = JSON.parse(Deno.readTextFileSync(`${source}/adapter_config.json`));
  const weights = Deno.readFileSync(`${source}/adapter_model.safetensors`);
  inFolder((folder) => {
    const write = (change: object, bytes: Uint8Array = weights) => {
      Deno.writeTextFileSync(`${folder}/adapter_config.json`, JSON.stringify({ ...config, ...change }));
      Deno.writeFileSync(`${folder}/adapter_model.safetensors`, bytes);
    };
    assertThrows(() => readAdapter(folder), NotFound, "adapter_config.json");
    write({ r: 4 });
    assertThrows(() => readAdapter(folder), InvalidData, "but its rank is 4");
    write({ target_modules: ["q"] });
    assertThrows(() => readAdapter(folder), InvalidData, "do not choose");
    const renamed = new TextDecoder("latin1").decode(weights).replace("lora_A", "lora_C");
    write({}, Uint8Array.from(renamed, (character) => character.charCodeAt(0)));
    assertThrows(() => readAdapter(folder), InvalidData, "lora_C");
    const change = fc.tuple(fc.nat(weights.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = weights.slice();
      for (const [at, value] of changes) bytes[at] = value;
      write({}, bytes);
      try {
        readAdapter(folder);
      } catch (error) {
        assert(error instanceof InvalidData, `${error}`);
        assert(error.message.includes("adapter_model.safetensors"), error.message);
      }
    }));
  });
});

Deno.test("what cannot be written is refused", () => {
  const { pairs } = readAdapter(`${golden}/t5-excluded/adapter`);
  inFolder((folder) => {
    assertThrows(() => writeAdapter(folder, [], OPTIONS), RangeError, "without any pair");
    assertThrows(() => writeAdapter(folder, [...pairs, pairs[0]], OPTIONS), RangeError, "two pairs");
    assertThrows(
      () => writeAdapter(folder, pairs, { ...OPTIONS, targets: ["q"] }),
      RangeError,
      "Attention.v",
    );
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
