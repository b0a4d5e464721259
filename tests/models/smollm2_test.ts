/** A real model beside transformers: runs where GORP_PYTHON and GORP_SMOLLM2, the model's folder, are set. */
import { assert, assertEquals } from "@std/assert";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { generate } from "../../lib/models/generate.ts";
import { loadModel } from "../../lib/models/load_model.ts";

const PROMPTS = [
  "The capital of France is",
  "Water boils at",
  "Once upon a time, there was a",
  "def add(a, b):\n    return",
  "The opposite of hot is",
  "1, 2, 3, 4,",
  "Roses are red, violets are",
  "The sun rises in the",
  "A triangle has",
  "My favourite book is",
  "To be, or not to be,",
  "Monday, Tuesday, Wednesday,",
  "The largest planet of the solar system is",
  "Dogs are animals that",
  "In 1969, the first man",
  "The recipe needs two eggs, a cup of flour and",
  "She opened the door and",
  "The chemical symbol of gold is",
  "What is the sentiment of the following paragraph? I loved every minute of this film.\nAnswer:",
  "What is the topic of the following paragraph? The team won the match in the last minute.\nAnswer:",
];
const COUNT = 8;

Deno.test("greedy text of SmolLM2 equals that of transformers on twenty prompts", async () => {
  const [python, folder] = [Deno.env.get("GORP_PYTHON"), Deno.env.get("GORP_SMOLLM2")];
  if (!python || !folder) {
    console.log("GORP_PYTHON or GORP_SMOLLM2 is not set: the text of a real model is not compared.");
    return;
  }
  const expected = await writtenByTransformers(python, folder);
  const [size, sourceLength] = [expected.ids.length, expected.ids[0].length];
  const prompts = {
    ...{ size, sourceLength },
    inputIds: Int32Array.from(expected.ids.flat()),
    attentionMask: Int32Array.from(expected.mask.flat()),
  };
  using gpu = await openGpu();
  using model = loadModel(gpu, folder);
  const { ids, width } = generate(model, prompts, {
    maxNewTokens: COUNT,
    eosIds: [expected.eos].flat(),
    padId: expected.pad,
  });
  const rows = PROMPTS.map((_, row) => [...ids.subarray(row * width, (row + 1) * width)]);
  assertEquals(rows, expected.generated);
  assert(new Set(rows.flat()).size > 40);
});

interface Written {
  readonly ids: number[][];
  readonly mask: number[][];
  readonly generated: number[][];
  readonly eos: number | number[];
  readonly pad: number;
}

async function writtenByTransformers(python: string, folder: string): Promise<Written> {
  const script = new URL("write_text.py", import.meta.url).pathname;
  const command = new Deno.Command(python, {
    args: [script, folder, `${COUNT}`],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  });
  const process = command.spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(PROMPTS)));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
