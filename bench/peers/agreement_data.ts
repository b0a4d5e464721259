/**
 * Writes what `agreement.py` needs to repeat our runs exactly: for each seed the encoded suite "conflict", the row
 * order of every step, and the fresh A of every task, as raw little-endian arrays with a `meta.json`.
 *
 * Usage: `deno run -A agreement_data.ts FOLDER [SEEDS]`
 */
import { AdaptedModel } from "../../lib/continual/adapted_model.ts";
import { embeddedExperiment } from "../../lib/continual/embedded_experiment.ts";
import { gorp } from "../../lib/continual/methods/gorp.ts";
import { openGpu } from "../../lib/gpu/mod.ts";
import { freshLoraA } from "../../lib/nn/lora_pairs.ts";
import { batches } from "../../lib/tasks/batches.ts";
import { Random } from "../../lib/tensor/random.ts";

const [folder = "agreement", seeds = "8"] = Deno.args;
using gpu = await openGpu();
const { model, suite: suiteOf, training } = embeddedExperiment(gpu);
using adapted = new AdaptedModel(model, gorp({ variant: "B" }));
const { steps, batchSize } = training;

for (let seed = 1; seed <= Number(seeds); seed++) {
  const path = `${folder}/seed${seed}`;
  Deno.mkdirSync(path, { recursive: true });
  const write = (name: string, data: Int32Array | Float32Array) =>
    Deno.writeFileSync(
      `${path}/${name}.bin`,
      new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
    );
  const { tasks, lengths } = suiteOf(seed);
  const random = new Random(seed, "run");
  tasks.forEach(({ train, test }, i) => {
    const task = i + 1;
    for (const [split, batch] of Object.entries({ train, test })) {
      write(`${task}.${split}.inputIds`, batch.inputIds);
      write(`${task}.${split}.attentionMask`, batch.attentionMask);
      write(`${task}.${split}.labels`, batch.labels);
    }
    const rows = Array.from({ length: train.size }, (_, row) => row);
    const order = [...batches(rows, { size: batchSize, steps, random: random.fork(`rows of task ${task}`) })];
    write(`${task}.order`, new Int32Array(order.flat()));
    for (const { group, pairs } of adapted.loraGroups) {
      const fresh = freshLoraA(pairs.sizes, random.fork(`fresh adapters ${task} ${group.modules[0].name}`));
      const size = pairs.sizes.rank * pairs.sizes.inputs;
      group.modules.forEach(({ name }, m) =>
        write(`${task}.A.${name}`, fresh.slice(m * size, (m + 1) * size))
      );
    }
  });
  const meta = {
    seed,
    steps,
    batchSize,
    lengths,
    rank: adapted.loraGroups[0].pairs.sizes.rank,
    tasks: tasks.map(({ task }) => task.name),
    modules: adapted.loraGroups.flatMap(({ group }) => group.modules.map(({ name }) => name)),
  };
  Deno.writeTextFileSync(`${path}/meta.json`, JSON.stringify(meta, null, 2));
}
console.log(`wrote ${seeds} seeds to ${folder}`);
Deno.exit();
