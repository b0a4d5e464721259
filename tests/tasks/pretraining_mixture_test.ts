import { assert, assertEquals } from "@std/assert";
import { collate } from "../../lib/tasks/collate.ts";
import { embeddedTokenizer } from "../../lib/tasks/embedded_tokenizer.ts";
import { FIELDS, LABEL_WORDS, TASK_WORDS } from "../../lib/tasks/grammar_words.ts";
import {
  PRETRAINING_LENGTHS,
  PRETRAINING_SHARES,
  pretrainingBatches,
  pretrainingEvaluation,
  type PretrainingExample,
  pretrainingExamples,
} from "../../lib/tasks/pretraining_mixture.ts";
import { Random } from "../../lib/tensor/random.ts";

const tokenizer = embeddedTokenizer();
const MEANINGLESS = new Set([...LABEL_WORDS, ...TASK_WORDS]);
const examples = take(pretrainingExamples(new Random(1, "test")), 8000);
const ofKind = (kind: string) => examples.filter((example) => example.kind === kind);

function take<T>(items: Iterable<T>, count: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length === count) break;
  }
  return taken;
}

/** The words of a text that belong to a field, with their values' names. */
function shown(source: string, fieldName: string): { word: string; value: string }[] {
  const field = FIELDS.find(({ name }) => name === fieldName)!;
  return source.split(" ").flatMap((word) =>
    field.values.filter(({ words }) => words.includes(word)).map(({ name }) => ({ word, value: name }))
  );
}

Deno.test("the kinds have their shares", () => {
  for (const [kind, share] of Object.entries(PRETRAINING_SHARES)) {
    const found = ofKind(kind).length / examples.length;
    assert(Math.abs(found - share) < 0.025, `${kind}: ${found}`);
  }
});

Deno.test("every example fits, without an unknown word", () => {
  for (const { source, label } of examples) {
    const ids = tokenizer.encode(source);
    const target = tokenizer.encode(label);
    assert(ids.length + 1 <= PRETRAINING_LENGTHS.sourceLength, source);
    assert(target.length + 1 <= PRETRAINING_LENGTHS.targetLength, label);
    assert(target.length > 0 && ![...ids, ...target].includes(tokenizer.unknownId));
  }
});

Deno.test("find asks for the one word of its field", () => {
  for (const { source, label } of ofKind("find")) {
    const [find, field, colon] = source.split(" ");
    assertEquals([find, colon, source.split(" ").at(-1)], ["find", ":", "answer"]);
    assertEquals(shown(source, field).map(({ word }) => word), [label]);
  }
});

Deno.test("kind asks for the value of its field, which half of the texts show twice", () => {
  let twice = 0;
  for (const { source, label } of ofKind("kind")) {
    const [kind, field] = source.split(" ");
    assertEquals(kind, "kind");
    const found = shown(source, field);
    assertEquals([...new Set(found.map(({ value }) => value))], [label]);
    if (found.length === 2) twice += 1;
  }
  assert(Math.abs(twice / ofKind("kind").length - 0.5) < 0.05);
});

Deno.test("copy asks for the one to three meaningless words it shows", () => {
  const lengths = new Set<number>();
  for (const { source, label } of ofKind("copy")) {
    assertEquals(source, `copy : ${label} answer`);
    const words = label.split(" ");
    assert(words.every((word) => MEANINGLESS.has(word)));
    lengths.add(words.length);
  }
  assertEquals([...lengths].sort(), [1, 2, 3]);
});

Deno.test("label and task words are never an answer to find or kind", () => {
  for (const { label } of [...ofKind("find"), ...ofKind("kind")]) assert(!MEANINGLESS.has(label));
});

Deno.test("the two sentences of a span example are about the same values; half have meaningless words", () => {
  let withMeaningless = 0;
  for (const example of ofKind("span")) {
    const words = restored(example).split(" ");
    const ordinary = words.filter((word) => !MEANINGLESS.has(word));
    if (ordinary.length < words.length) withMeaningless += 1;
    assert(words.length - ordinary.length <= 3);
    const sentences = ordinary.join(" ").split(" . ");
    assertEquals(sentences.length, 2);
    const values = (sentence: string) =>
      FIELDS.flatMap(({ name }) => shown(sentence, name).map(({ value }) => `${name} ${value}`)).sort();
    assertEquals(values(sentences[0]), values(sentences[1]));
    assertEquals(values(sentences[0]).length, 4);
  }
  assert(Math.abs(withMeaningless / ofKind("span").length - 0.5) < 0.05);
});

/** The text of a span example, each span back in its place. */
function restored({ source, label }: PretrainingExample): string {
  const spans = label.split(/(?=<extra_id_\d>)/).map((span) => span.trim().split(" "));
  return source.split(" ").flatMap((word) => spans.find((span) => span[0] === word)?.slice(1) ?? [word]).join(
    " ",
  );
}

Deno.test("a resumed pre-training sees what an uninterrupted one would have seen", () => {
  const random = new Random(4, "pretraining");
  const whole = [...pretrainingBatches(random, { size: 8, steps: 6 })];
  random.uniform();
  assertEquals([...pretrainingBatches(random, { size: 8, steps: 6, firstStep: 4 })], whole.slice(4));
  assertEquals(new Set(whole.flat().map(({ source }) => source)).size > 40, true);
  assertEquals(collate(whole[0], tokenizer, PRETRAINING_LENGTHS).inputIds.length, 8 * 32);
});

Deno.test("evaluation examples are of their kind and not among those of training", () => {
  const random = new Random(4, "pretraining");
  const evaluation = pretrainingEvaluation(random, { count: 200 });
  const trained = new Set(
    [...pretrainingBatches(random, { size: 64, steps: 100 })].flat().map((row) => row.source),
  );
  for (const kind of ["find", "kind", "copy"] as const) {
    assertEquals(evaluation[kind].length, 200);
    assert(evaluation[kind].every((example) => example.kind === kind));
    // Copies of a single word cannot be new.
    if (kind !== "copy") assert(evaluation[kind].every(({ source }) => !trained.has(source)));
  }
  assertEquals(pretrainingEvaluation(random, { count: 200 }), evaluation);
});
