import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { collate } from "../../lib/tasks/collate.ts";
import { EMBEDDED_SUITES, embeddedSuite } from "../../lib/tasks/embedded_suite.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { EMBEDDED_SOURCE_LENGTH, EMBEDDED_TARGET_LENGTH } from "../../lib/tasks/grammar_task.ts";
import { CONNECTORS, FIELDS, FILLERS, LABEL_WORDS, TASK_WORDS } from "../../lib/tasks/grammar_words.ts";
import type { Example, Task } from "../../lib/tasks/task.ts";

const tokenizer = embeddedTokenizer();
const small = { trainRows: 200, devRows: 40, testRows: 40 };
const rowsOf = (task: Task): readonly Example[] => [...task.train, ...task.dev, ...task.test];

/** Reads a prompt back, by the grammar's definition alone. */
function parse(source: string) {
  const [taskWord, kind, fieldName, colon, ...rest] = source.split(" ");
  assertEquals([kind, colon, rest.pop()], ["kind", ":", "answer"]);
  const clauses: { words: string[]; filler: boolean }[] = [];
  for (const word of rest) {
    if (CONNECTORS.includes(word)) clauses.push({ words: [], filler: false });
    else if (FILLERS.includes(word)) clauses.at(-1)!.filler = true;
    else {
      assert(!clauses.at(-1)!.filler, "a filler ends its clause");
      clauses.at(-1)!.words.push(word);
    }
  }
  const shown = clauses.map(({ words }) => {
    const owners = FIELDS.flatMap((field) => field.values.map((value) => ({ field, value })))
      .filter(({ value }) => words.every((word) => value.words.includes(word)));
    assertEquals(owners.length, 1, `"${words}" must belong to one value`);
    return { ...owners[0], words };
  });
  return { taskWord, fieldName, text: rest.join(" "), clauses, shown };
}

Deno.test("all words of the grammar are different", () => {
  assertEquals(FIELDS.length, 10);
  for (const field of FIELDS) {
    assertEquals(field.values.length, 4);
    for (const value of field.values) assertEquals(value.words.length, 6);
  }
  assertEquals([CONNECTORS.length, FILLERS.length], [16, 24]);
  assertEquals(tokenizer.vocabularySize, 420); // the tokenizer refuses a word that occurs twice
  assert(tokenizer.words.every((word) => tokenizer.encode(word).length === 1));
});

for (const name of EMBEDDED_SUITES) {
  Deno.test(`${name}: every prompt follows the grammar, and its label follows the task's mapping`, () => {
    for (const task of embeddedSuite(name, { seed: 3, ...small }).tasks) {
      const mapping = new Map<string, string>();
      for (const { source, label } of rowsOf(task)) {
        const { taskWord, fieldName, shown } = parse(source);
        assertEquals(task.name, `${taskWord}-${fieldName}`);
        assertEquals(shown.length, 4);
        assertEquals(new Set(shown.map(({ field }) => field)).size, 4);
        const asked = shown.filter(({ field }) => field.name === fieldName);
        assertEquals(asked.length, 1);
        for (const clause of shown) {
          const words = clause === asked[0] ? clause.words.length <= 2 : clause.words.length === 1;
          assert(words && new Set(clause.words).size === clause.words.length);
        }
        const value = asked[0].value.name;
        assertEquals(mapping.get(value) ?? label, label);
        mapping.set(value, label);
      }
      assertEquals([...mapping.values()].sort(), [...task.labels]);
    }
  });

  Deno.test(`${name}: splits have the sizes asked for, equally many rows a label, and no text twice`, () => {
    const { tasks } = embeddedSuite(name, { seed: 1 });
    const texts = tasks.flatMap((task) => rowsOf(task).map((row) => parse(row.source).text));
    assertEquals(texts.length, 4 * 2600);
    assertEquals(new Set(texts).size, texts.length);
    for (const task of tasks) {
      assertEquals([task.train.length, task.dev.length, task.test.length], [2000, 300, 300]);
      for (const split of [task.train, task.dev, task.test]) {
        for (const label of task.labels) {
          assertEquals(split.filter((row) => row.label === label).length, split.length / 4);
        }
      }
    }
  });

  Deno.test(`${name}: the shares of the recipe hold`, () => {
    const { tasks } = embeddedSuite(name, { seed: 5 });
    const parsed = tasks.flatMap((task) => task.train.map((row) => parse(row.source)));
    const clauses = parsed.flatMap(({ clauses }) => clauses);
    const share = (count: number, of: number) => count / of;
    const fillers = share(clauses.filter(({ filler }) => filler).length, clauses.length);
    assert(Math.abs(fillers - 1 / 4) < 0.02, `fillers ${fillers}`);
    const two = share(clauses.filter(({ words }) => words.length === 2).length, parsed.length);
    assert(Math.abs(two - 1 / 2) < 0.03, `two words ${two}`);
    for (let place = 0; place < 4; place++) {
      const asked = parsed.filter(({ shown, fieldName }) => shown[place].field.name === fieldName).length;
      assert(Math.abs(share(asked, parsed.length) - 1 / 4) < 0.03, `the field asked about in place ${place}`);
    }
    const counts = new Map<string, number>();
    for (const word of parsed.flatMap(({ text }) => text.split(" "))) {
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    for (const words of [CONNECTORS, FILLERS]) {
      const mean = words.reduce((sum, word) => sum + counts.get(word)!, 0) / words.length;
      for (const word of words) assert(Math.abs(counts.get(word)! / mean - 1) < 0.3, word);
    }
  });
}

Deno.test("any suite fits its fixed lengths, without an unknown word, and repeats exactly", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...EMBEDDED_SUITES),
      fc.integer({ min: 0, max: 2 ** 31 }),
      fc.integer({ min: 1, max: 10 }),
      (name, seed, tasks) => {
        const options = { seed, tasks, trainRows: 9, devRows: 3, testRows: 5 };
        const suite = embeddedSuite(name, options);
        assertEquals(suite.tasks.length, tasks);
        assertEquals(new Set(suite.tasks.map((task) => task.name)).size, tasks);
        for (const row of suite.tasks.flatMap(rowsOf)) {
          const ids = tokenizer.encode(row.source);
          assert(ids.length + 1 <= EMBEDDED_SOURCE_LENGTH, row.source);
          assert(!ids.includes(tokenizer.unknownId), row.source);
          assertEquals(tokenizer.encode(row.label).length + 1, EMBEDDED_TARGET_LENGTH);
          assert(LABEL_WORDS.includes(row.label));
          assert(TASK_WORDS.includes(row.source.split(" ")[0]));
        }
        assertEquals(embeddedSuite(name, options), suite);
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("seeds redraw fields, labels and rows", () => {
  const suites = [1, 2, 3, 4].map((seed) => embeddedSuite("conflict", { seed, ...small }));
  const different = (values: unknown[]) => new Set(values.map((value) => JSON.stringify(value))).size;
  assertEquals(different(suites.map(({ tasks }) => tasks.map((task) => task.type))), 4);
  assertEquals(different(suites.map(({ tasks }) => tasks[0].labels)), 4);
  assertEquals(different(suites.map(({ tasks }) => tasks[0].train[0].source)), 4);
});

/** The label of each value of the task's field, in the field's order. */
function mappingOf(task: Task): string[] {
  const field = FIELDS.find(({ name }) => name === task.type)!;
  return field.values.map((value) =>
    task.train.find(({ source }) => value.words.some((word) => source.split(" ").includes(word)))!.label
  );
}

Deno.test("conflict: all tasks share four label words, fields differ, mappings vary over seeds", () => {
  const mappings = new Set<string>();
  for (let seed = 1; seed <= 8; seed++) {
    const { tasks } = embeddedSuite("conflict", { seed, ...small });
    assertEquals(new Set(tasks.map((task) => task.type)).size, 4);
    for (const task of tasks) {
      assertEquals(task.labels, tasks[0].labels);
      mappings.add(mappingOf(task).map((label) => task.labels.indexOf(label)).join(""));
    }
  }
  assert(mappings.size > 12, `${mappings.size} of 24 permutations in 32 draws`);
});

Deno.test("disjoint: no label word belongs to two tasks", () => {
  const { tasks } = embeddedSuite("disjoint", { seed: 1, tasks: 10, trainRows: 8, devRows: 0, testRows: 0 });
  assertEquals(new Set(tasks.flatMap((task) => task.labels)).size, 40);
});

Deno.test("relabel: the second half asks the same fields by other mappings", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const { tasks } = embeddedSuite("relabel", { seed, tasks: 5, ...small });
    const fields = tasks.map((task) => task.type);
    assertEquals(fields.slice(3), fields.slice(0, 2));
    assertEquals(new Set(fields.slice(0, 3)).size, 3);
    assertEquals(new Set(tasks.flatMap((task) => task.labels)).size, 4);
    for (const [first, again] of [[0, 3], [1, 4]]) {
      assert(`${mappingOf(tasks[first])}` !== `${mappingOf(tasks[again])}`);
    }
  }
});

Deno.test("all rows of a suite make one batch of the fixed shape", () => {
  const { tasks } = embeddedSuite("conflict", small);
  const lengths = { sourceLength: EMBEDDED_SOURCE_LENGTH, targetLength: EMBEDDED_TARGET_LENGTH };
  const batch = collate(tasks[0].train, tokenizer, lengths);
  assertEquals(batch.inputIds.length, 200 * 20);
  const row = tokenizer.decode(batch.inputIds.subarray(0, 20));
  assertEquals(row, tasks[0].train[0].source);
});

Deno.test("an unknown suite and an impossible number of tasks are refused", () => {
  assertThrows(() => embeddedSuite("conflicts"), RangeError, "there are conflict, disjoint, relabel");
  assertThrows(() => embeddedSuite("toString"), RangeError, "no embedded suite");
  assertThrows(() => embeddedSuite("conflict", { tasks: 11 }), RangeError, "1 to 10");
  assertThrows(() => embeddedSuite("relabel", { tasks: 21 }), RangeError, "1 to 20");
  assertThrows(() => embeddedSuite("disjoint", { tasks: 0 }), RangeError, "1 to 10");
  assertThrows(() => embeddedSuite("disjoint", { tasks: 2.5 }), RangeError, "2.5 tasks");
});
