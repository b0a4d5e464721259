import { assert, assertEquals, assertRejects } from "@std/assert";
import { cpSync } from "node:fs";
import { performRun } from "../../lib/continual/perform_run.ts";
import type { RunEvent } from "../../lib/continual/run_events.ts";
import type { SequencePlan } from "../../lib/continual/sequence_state.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { encodeSafetensors, readSafetensors } from "../../lib/models/safetensors.ts";
import type { Run } from "../../lib/results/run_reader.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

/** The two files in a run's folder. */
const AFTER = "checkpoint.safetensors";
const WITHIN = "checkpoint-within-task.safetensors";

/** Everything that a run found out, but for times. */
function findings(run: Run) {
  const metrics = run.metrics().filter(({ metric }) => metric !== "seconds");
  return { accuracy: run.accuracyMatrix(), metrics, spectra: run.spectra(), predictions: run.predictions() };
}

/** Carries a run on: what it found, where it began, and what it warned of. */
async function goOn(plan: SequencePlan, out: string) {
  const events: RunEvent[] = [];
  let recorded = 0; // losses of earlier attempts that count
  const onEvent = (event: RunEvent) => {
    events.push(event);
    if (event.kind === "resumed") recorded = event.run.metrics("loss").length;
  };
  const { run } = await performRun(plan, { out, onEvent });
  const start = events.find((event) => event.kind === "taskStarted");
  const warnings = events.flatMap((event) => event.kind === "warning" ? [event.text] : []);
  return { run, start: [start?.task, start?.stepsDone], recorded, warnings };
}

/** Stops a run after step 7 of its second task, where both files are there. */
async function stopInSecondTask(plan: SequencePlan, out: string): Promise<void> {
  const controller = new AbortController();
  let pauses = -Infinity;
  const onEvent = (event: RunEvent) => {
    if (event.kind === "taskStarted" && event.task === 2) pauses = 0;
    if (event.kind === "pause" && ++pauses === 7) controller.abort();
  };
  await assertRejects(() => performRun(plan, { out, signal: controller.signal, onEvent }), DOMException);
}

/** Changes one bit in the middle of a file. */
function flipBit(path: string): void {
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length >> 1] ^= 1;
  Deno.writeFileSync(path, bytes);
}

/** Writes a checkpoint as the first version did: no digest, the task alone in its header. */
function writeAsBefore(path: string): void {
  const arrays = [...readSafetensors(path)].map(([name, { shape, data }]) =>
    [name, { shape, data: data as Float32Array | Float64Array }] as const
  );
  Deno.writeFileSync(path, encodeSafetensors(new Map(arrays), { metadata: { task: "1" } }));
}

interface Damage {
  readonly inflict: (folder: string) => void;
  /** Task and steps done where the run begins. */
  readonly start: readonly [number, number];
  /** Each a part of a sentence. */
  readonly warnings: readonly string[];
}

const BACK = "it goes on after task 1";
const CASES: Readonly<Record<string, Damage>> = {
  "none": { inflict: () => {}, start: [2, 7], warnings: [] },
  "a bit within the task": {
    inflict: (folder) => flipBit(`${folder}/${WITHIN}`),
    start: [2, 0],
    warnings: [`cannot be used (it is damaged): ${BACK}`],
  },
  "half a file": {
    inflict: (folder) => Deno.truncateSync(`${folder}/${WITHIN}`, 1000),
    start: [2, 0],
    warnings: [BACK],
  },
  "a table": {
    inflict: (folder) => Deno.removeSync(`${folder}/predictions.arrow`),
    start: [1, 0],
    warnings: ["rows from before it are lost in the table predictions): it starts over", "it starts over"],
  },
  "both files": {
    inflict: (folder) => {
      flipBit(`${folder}/${WITHIN}`);
      Deno.truncateSync(`${folder}/${AFTER}`, Deno.statSync(`${folder}/${AFTER}`).size - 5);
    },
    start: [1, 0],
    warnings: ["it starts over", "it starts over"],
  },
  "another arrangement of weights": {
    inflict: (folder) => {
      Deno.removeSync(`${folder}/${WITHIN}`);
      Deno.writeFileSync(`${folder}/${AFTER}`, encodeSafetensors(new Map(), { metadata: { task: "1" } }));
    },
    start: [1, 0],
    warnings: ['it holds no "base": it was made by another version or configuration): it starts over'],
  },
  "none, written by the first version": {
    inflict: (folder) => {
      Deno.removeSync(`${folder}/${WITHIN}`);
      writeAsBefore(`${folder}/${AFTER}`);
    },
    start: [2, 0],
    warnings: [],
  },
};

Deno.test("checkpoints: a run goes on from the latest that can be used, says so, and finds the same", async (test) => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const plan = tinyPlan(model, {}, { tasks: 2 });
  const out = Deno.makeTempDirSync();
  try {
    const { run: whole } = await performRun(plan, { out: `${out}/whole` });
    await stopInSecondTask(plan, `${out}/stopped`);
    for (const [i, [name, { inflict, start, warnings }]] of Object.entries(CASES).entries()) {
      await test.step(`damage: ${name}`, async () => {
        cpSync(`${out}/stopped`, `${out}/${i}`, { recursive: true });
        inflict(`${out}/${i}/${whole.record.runId}`);
        const found = await goOn(plan, `${out}/${i}`);
        assertEquals(found.start, [...start]);
        assertEquals(found.recorded, (start[0] - 1) * plan.training.steps + start[1]);
        assertEquals(found.warnings.length, warnings.length, found.warnings.join("\n"));
        warnings.forEach((text, at) => assert(found.warnings[at].includes(text), found.warnings[at]));
        assertEquals(findings(found.run), findings(whole));
        const left = [...Deno.readDirSync(found.run.folder)].filter(({ name }) =>
          name.startsWith("checkpoint")
        );
        assertEquals(left, []);
      });
    }

    await test.step("a crash loses what came after the last one", async () => {
      const crash = (event: RunEvent) => {
        if (event.kind !== "steps" || event.task !== 2 || event.first < 4) return;
        // A copy of what is on the disk in the middle of a run is what the end of its process would leave.
        for (const copy of ["crashed", "cut"]) {
          cpSync(`${out}/running`, `${out}/${copy}`, { recursive: true });
        }
        throw new Error("crashed");
      };
      const options = { out: `${out}/running`, checkpointSeconds: 0 };
      await assertRejects(() => performRun(plan, { ...options, onEvent: crash }), Error, "crashed");
      const found = await goOn(plan, `${out}/crashed`);
      assertEquals([found.start, found.warnings], [[2, 3], []]);
      assertEquals(findings(found.run), findings(whole));
    });

    await test.step("a power cut that takes rows with it goes back to the end of the last task", async () => {
      const path = `${out}/cut/${whole.record.runId}/metrics.arrows`;
      Deno.truncateSync(path, Deno.statSync(path).size - 10);
      const found = await goOn(plan, `${out}/cut`);
      assertEquals([found.start, found.warnings.length], [[2, 0], 1]);
      assert(found.warnings[0].includes("are lost in the table metrics): it goes on after task 1"));
      assertEquals(findings(found.run), findings(whole));
    });
  } finally {
    Deno.removeSync(out, { recursive: true });
  }
});
