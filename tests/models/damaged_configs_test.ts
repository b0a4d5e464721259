/** Model folders whose `config.json` does not fit their weights, or says what it cannot mean. */
import { assert } from "@std/assert";
import fc from "fast-check";
import { errorSentence, exitCode } from "../../lib/cli/exit_code.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { loadModel } from "../../lib/models/load_model.ts";
import { readAdapter } from "../../lib/models/adapter.ts";
import { scope } from "../../lib/tensor/scope.ts";
import { SHIPPED } from "../golden_case.ts";
import { inFolder } from "./weight_files.ts";

/** Values that entries may be changed to: of any type, and of any size. */
const anyValue = fc.oneof(
  fc.constantFrom(0, -1, 0.5, 1e3, 1e9, 2 ** 53, null, true, "", "relu", "gelu", [], {}),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Some entries changed, or left out where the change is undefined. */
function changesOf(json: Record<string, unknown>) {
  const entry = fc.tuple(fc.constantFrom(...Object.keys(json)), fc.option(anyValue, { nil: undefined }));
  return fc.array(entry, { minLength: 1, maxLength: 3 });
}

/** Fails unless an error is a sentence about what was given, in one line. */
function checkSentence(error: unknown, file: string): void {
  const sentence = errorSentence(error);
  assert(exitCode(error) === 2, `${error}`);
  assert(error instanceof Error && !error.message.includes("\n"), sentence);
  assert(sentence.endsWith(".") && sentence.includes(file), sentence);
}

for (const path of ["t5/small-relu-tied", "t5/small-gated-untied", "llama/small-tied-linear"]) {
  Deno.test(`a config.json with changed entries gives a model or one sentence: ${path}`, async () => {
    using gpu = await openGpu();
    const source = `${SHIPPED}/${path}/model`;
    const json = JSON.parse(Deno.readTextFileSync(`${source}/config.json`));
    inFolder((folder) => {
      Deno.copyFileSync(`${source}/model.safetensors`, `${folder}/model.safetensors`);
      fc.assert(
        fc.property(changesOf(json), (changes) => {
          const text = JSON.stringify({ ...json, ...Object.fromEntries(changes) });
          Deno.writeTextFileSync(`${folder}/config.json`, text);
          try {
            scope(gpu, () => void loadModel(gpu, folder));
          } catch (error) {
            checkSentence(error, folder);
          }
          assert(gpu.liveBuffers === 0, "nothing is left of a model that could not be loaded");
        }),
        { numRuns: 150, seed: 1 },
      );
    });
  });
}

Deno.test("an adapter_config.json with changed entries gives an adapter or one sentence", () => {
  const source = `${SHIPPED}/adapters/t5-patterns/adapter`;
  const json = JSON.parse(Deno.readTextFileSync(`${source}/adapter_config.json`));
  inFolder((folder) => {
    Deno.copyFileSync(`${source}/adapter_model.safetensors`, `${folder}/adapter_model.safetensors`);
    fc.assert(
      fc.property(changesOf(json), (changes) => {
        const text = JSON.stringify({ ...json, ...Object.fromEntries(changes) });
        Deno.writeTextFileSync(`${folder}/adapter_config.json`, text);
        try {
          readAdapter(folder);
        } catch (error) {
          checkSentence(error, folder);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
