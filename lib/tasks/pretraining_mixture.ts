/**
 * What the embedded base model is pre-trained on: four kinds of examples over the embedded grammar.
 *
 * - 40 % `span`: two sentences about the same four values, a fifth of their tokens hidden. In half of these
 *   texts one to three label or task words stand somewhere as ordinary words.
 * - 25 % `find`: `find FIELD : text answer` → the word that shows the field. The text shows the field asked
 *   about by one word, so that there is one right answer.
 * - 25 % `kind`: `kind FIELD : text answer` → the name of the field's value. Texts are as in the tasks: half of
 *   them show the field asked about by two words.
 * - 10 % `copy`: `copy : words answer` → the same one to three label or task words.
 *
 * Label and task words are thus known as words, but are never an answer to `find` or `kind`.
 *
 * @module
 */
import type { Random } from "../tensor/random.ts";
import { sentinelWord } from "../text/word_vocabulary.ts";
import { CLAUSES, different, question, sentence } from "./grammar.ts";
import { FIELDS, INSTRUCTION_WORDS, LABEL_WORDS, TASK_WORDS } from "./grammar_words.ts";
import type { Example } from "./task.ts";
import { type CorruptionShare, corruptSpans } from "./text_corruption.ts";

/** The kinds of pre-training examples and their shares. */
export const PRETRAINING_SHARES = { span: 0.4, find: 0.25, kind: 0.25, copy: 0.1 } as const;

/** One of `span`, `find`, `kind`, `copy`. */
export type PretrainingKind = keyof typeof PRETRAINING_SHARES;

/** A row of pre-training: {@linkcode Example.label} is the target text. */
export interface PretrainingExample extends Example {
  /** Which of the four kinds it is. */
  readonly kind: PretrainingKind;
}

/** Tokens of every batch, end tokens included. No example is longer. */
export const PRETRAINING_LENGTHS = { sourceLength: 32, targetLength: 12 } as const;

/** How much of a `span` text is hidden. */
const HIDDEN: CorruptionShare = { share: 0.2, meanSpan: 2 };

const SENTINELS = [0, 1, 2, 3].map(sentinelWord);
const MEANINGLESS_WORDS = [...LABEL_WORDS, ...TASK_WORDS];

/** An endless row of pre-training examples, kinds mixed at random by their shares. */
export function* pretrainingExamples(random: Random): Generator<PretrainingExample, never, undefined> {
  for (;;) yield pretrainingExample(drawKind(random), random);
}

/**
 * The rows of pre-training steps `firstStep` to `steps`; each step draws from a stream of its own, so that a
 * resumed training sees what an uninterrupted one would have seen.
 *
 * @param random its seed decides all rows; its position does not matter and does not move
 * @param options rows a batch, number of steps, steps done already
 *
 * @example The recipe's first batch
 * ```ts
 * import { pretrainingBatches, Random } from "gorp";
 * const [first] = pretrainingBatches(new Random(1, "pretraining"), { size: 64, steps: 1 });
 * if (first.length !== 64) throw new Error("unexpected size");
 * ```
 */
export function* pretrainingBatches(
  random: Random,
  options: { readonly size: number; readonly steps: number; readonly firstStep?: number },
): Generator<PretrainingExample[], void, undefined> {
  const { size, steps, firstStep = 0 } = options;
  for (let step = firstStep; step < steps; step++) {
    const stream = random.fork(`step ${step}`);
    yield Array.from({ length: size }, () => pretrainingExample(drawKind(stream), stream));
  }
}

/**
 * Examples to judge a base model by: `count` of each of `find`, `kind` and `copy` (a hidden span has no single
 * right answer). Drawn from a stream that pre-training does not use.
 */
export function pretrainingEvaluation(
  random: Random,
  options: { readonly count?: number } = {},
): Readonly<Record<Exclude<PretrainingKind, "span">, PretrainingExample[]>> {
  const { count = 300 } = options;
  const examples = (kind: PretrainingKind) => {
    const stream = random.fork(`evaluation of ${kind}`);
    return Array.from({ length: count }, () => pretrainingExample(kind, stream));
  };
  return { find: examples("find"), kind: examples("kind"), copy: examples("copy") };
}

/** One example of the given kind. */
export function pretrainingExample(kind: PretrainingKind, random: Random): PretrainingExample {
  return { ...MAKERS[kind](random), kind };
}

const MAKERS: Readonly<Record<PretrainingKind, (random: Random) => Example>> = {
  span(random) {
    const values = different(FIELDS, CLAUSES, random).map((field) => random.choice(field.values));
    const about = () => sentence(values.map((value) => [random.choice(value.words)]), random);
    const text = [...about(), INSTRUCTION_WORDS.stop, ...about()];
    if (random.uniform() < 0.5) {
      for (const word of random.sample(MEANINGLESS_WORDS, 1 + random.integer(3))) {
        text.splice(random.integer(text.length + 1), 0, word);
      }
    }
    const { source, target } = corruptSpans(text, { random, sentinels: SENTINELS, ...HIDDEN });
    return { source: source.join(" "), label: target.join(" ") };
  },
  find(random) {
    const field = random.choice(FIELDS);
    const { text, words } = question(random, { field, words: 1 });
    return { source: prompt("find", field.name, text), label: words[0] };
  },
  kind(random) {
    const field = random.choice(FIELDS);
    const { text, value } = question(random, { field });
    return { source: prompt("kind", field.name, text), label: value.name };
  },
  copy(random) {
    const words = random.sample(MEANINGLESS_WORDS, 1 + random.integer(3));
    const { copy, colon, answer } = INSTRUCTION_WORDS;
    return { source: [copy, colon, ...words, answer].join(" "), label: words.join(" ") };
  },
};

function prompt(instruction: "find" | "kind", field: string, text: readonly string[]): string {
  const { colon, answer } = INSTRUCTION_WORDS;
  return [INSTRUCTION_WORDS[instruction], field, colon, ...text, answer].join(" ");
}

function drawKind(random: Random): PretrainingKind {
  let rest = random.uniform();
  for (const [kind, share] of Object.entries(PRETRAINING_SHARES)) {
    if (rest < share) return kind as PretrainingKind;
    rest -= share;
  }
  return "copy";
}
