/** Adapters in Python's PEFT, where GORP_PYTHON names an interpreter that has it. @module */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Weights } from "../../lib/models/layout.ts";
import { llamaForward } from "../../lib/models/llama/llama_forward.ts";
import { LlamaSequence } from "../../lib/models/llama/llama_sequence.ts";
import type { LoadedModel } from "../../lib/models/load_model.ts";
import { scope } from "../../lib/tensor/scope.ts";

/** What PEFT sees in an adapter. */
export interface PeftView {
  readonly adapted: Record<string, { rank: number; scaling: number; delta: number[] }>;
  /** Of the model under the adapter, on the tokens 2 to 9 in two rows. */
  readonly logits: number[];
  readonly taskType: string;
}

/** The interpreter, or null, said in one line, where there is none with PEFT. */
export function peftPython(): string | null {
  const python = Deno.env.get("GORP_PYTHON");
  const hasPeft = python !== undefined &&
    new Deno.Command(python, { args: ["-c", "import peft, transformers"] }).outputSync().success;
  if (!hasPeft) {
    console.log("skipped: loading adapters in PEFT, as GORP_PYTHON names no interpreter that has it");
  }
  return hasPeft ? python : null;
}

/** What PEFT sees in adapters, each given after the folder of its model. Starting Python takes seconds: once for all. */
export function readWithPeft(python: string, ...modelsAndAdapters: string[]): PeftView[] {
  const program = new URL("read_adapter.py", import.meta.url).pathname;
  const { success, stdout, stderr } = new Deno.Command(python, {
    args: [program, ...modelsAndAdapters],
    env: { HF_HUB_OFFLINE: "1", OMP_NUM_THREADS: "1" },
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** The kit's logits on the tokens that PEFT's are of, with some weights. */
export function logitsWith(model: LoadedModel, weights: () => Weights): Float32Array {
  const [size, length] = [2, 4];
  const ids = Int32Array.from({ length: size * length }, (_, i) => 2 + i);
  const mask = new Int32Array(ids.length).fill(1);
  if (model.architecture === "llama") {
    using sequence = new LlamaSequence(model.gpu, model.config, size, length);
    sequence.load({ ids, mask });
    return scope(model.gpu, () => llamaForward(model.config, weights(), sequence).readFloats());
  }
  const rows = { size, sourceLength: length, targetLength: length, inputIds: ids, attentionMask: mask };
  using inputs = model.inputs(rows);
  inputs.load({ ...rows, labels: ids });
  return scope(model.gpu, () => model.forward(inputs, weights()).readFloats());
}

/** Fails unless numbers agree up to 1e-5. */
export function assertNear(got: ArrayLike<number>, want: ArrayLike<number>, message: string): void {
  assertEquals(got.length, want.length, message);
  for (let i = 0; i < want.length; i++) assertAlmostEquals(got[i], want[i], 1e-5, message);
}
