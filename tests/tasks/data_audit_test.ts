import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { WordTokenizer } from "../../lib/text/word_tokenizer.ts";
import { findDatasets } from "../../lib/tasks/cl_benchmark.ts";
import { auditDataset } from "../../lib/tasks/data_audit.ts";
import { buildVocabulary } from "../../lib/text/vocabulary.ts";

const row = (sentence: string, label: string) => ({ sentence, label });
const FILES = {
  labels: ["yes", "no"],
  train: [row("a", "yes"), row("b", "yes"), row("c", "yes"), row("d", "no"), row("e", "-")],
  dev: [row("a", "yes"), row("x", "no"), row("x", "yes")],
  test: [
    ...[row("a", "yes"), row("x", "no"), row("x", "yes"), row("x", "yes"), row("y", "-")],
    ...[row("z", "no"), row("z", "-"), row("long ".repeat(40).trim(), "no")],
  ],
};

async function audited(files: Partial<typeof FILES>, tokenizer?: WordTokenizer) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/TC/small`, { recursive: true });
    for (const [name, content] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/TC/small/${name}.json`, JSON.stringify(content));
    }
    const [dataset] = await findDatasets(folder, {});
    return await auditDataset(dataset, { tokenizer, maximumSource: 50 });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("an audit counts what is wrong with a dataset", async () => {
  const { dev: _, ...withoutDev } = FILES;
  const found = await audited(FILES, buildVocabulary(["long"], { size: 200 }));
  assertEquals([found.type, found.dataset, found.labels], ["TC", "small", 2]);
  assertEquals([found.trainRows, found.testRows, found.devRows], [5, 8, 3]);
  assertEquals([found.unreachableTrain, found.unreachableTest], [1, 2]);
  assertEquals(found.devInTest, 3);
  assertEquals(found.testInTrain, 1);
  assertEquals(found.contradictory, 5); // three rows of x, two of z
  assertAlmostEquals(found.largestLabelTrain, 3 / 5, 1e-12);
  assertAlmostEquals(found.largestLabelTest, 3 / 8, 1e-12);
  // a and the long one right, two of the three x, none of y, one of z
  assertAlmostEquals(found.ceiling, 5 / 8, 1e-12);
  assertAlmostEquals(found.longPrompts!, 1 / 8, 1e-12);
  const less = await audited(withoutDev);
  assertEquals([less.devRows, less.devInTest, less.longPrompts], [null, null, null]);
});
