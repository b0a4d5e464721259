import { assert, assertEquals } from "@std/assert";
import type { GorpChoice } from "../../lib/continual/methods/gorp.ts";
import { ROUNDING_SHARE } from "../../lib/continual/conditioning.ts";
import { runSequence } from "../../lib/continual/run_sequence.ts";
import { openGpu } from "../../lib/gpu/gpu.ts";
import { tinyModel, tinyPlan } from "./tiny_plan.ts";

Deno.test("gradients that are rounding error are reported where they occur, with one warning a kind", async () => {
  using gpu = await openGpu();
  using model = tinyModel(gpu);
  const look = (choice: GorpChoice) => {
    const events = [...runSequence(tinyPlan(model, choice))];
    const layers = events.flatMap((event) =>
      event.kind === "rounding"
        ? event.layers.map((layer) => ({ ...layer, at: [event.task, event.step] }))
        : []
    );
    const columns = events.flatMap((event) =>
      event.kind === "taskTrained" ? [new Map(event.layers.map((layer) => [layer.layer, layer]))] : []
    );
    return { layers, columns, warnings: events.filter(({ kind }) => kind === "warning").length };
  };

  // With S on the rows of an A of two rows, two columns fill it.
  const paper = look({ profile: "paper", options: { energyShare: 1 } });
  const left = paper.layers.filter(({ kind }) => kind === "shareLeft");
  const full = paper.columns[0].values().filter(({ columns, capacity }) => columns === capacity).toArray();
  assert(full.length > 0);
  for (const { layer } of full) {
    assert(left.some((found) => found.layer === layer && `${found.at}` === "2,12"), layer);
  }
  assert(left.every(({ share, at }) => share < ROUNDING_SHARE && at[0] > 1));
  const off = paper.layers.filter(({ kind }) => kind === "offDiagonalShare");
  assert(off.length > 0 && off.every(({ share, at }) => share < 1e-3 && at[1] === 1));
  assertEquals(paper.warnings, 2);

  const aligned = look({ profile: "aligned" });
  assertEquals([aligned.layers, aligned.warnings], [[], 0]);
});
