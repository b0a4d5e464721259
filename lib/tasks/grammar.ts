/**
 * The embedded grammar: texts that show the values of a few latent fields.
 *
 * A clause is a connector, one word of a field's value (or two different ones), and in a quarter of the cases
 * a filler: `near drizzle quietly`. A sentence is a shuffled row of clauses about different fields.
 *
 * @module
 */
import type { Random } from "../tensor/random.ts";
import { CONNECTORS, type Field, FIELDS, FILLERS, type Value } from "./grammar_words.ts";

/** How many clauses a sentence has. */
export const CLAUSES = 4;

/** The share of clauses that end with a filler. */
const FILLER_SHARE = 1 / 4;

/** A question about a text, its text, and what there is to know about the answer. */
export interface Question {
  /** The clauses, as tokens. */
  readonly text: readonly string[];
  /** The value that the text shows of the field asked about. */
  readonly value: Value;
  /** The words, one or two, that show it. */
  readonly words: readonly string[];
}

/**
 * A sentence with one clause about each of the given values, in random order.
 *
 * @param words the words to show for each value, one list a value
 * @returns tokens: at most 3 a clause, and one more for every second word
 */
export function sentence(words: readonly (readonly string[])[], random: Random): string[] {
  const text: string[] = [];
  for (const shown of random.shuffle(words)) {
    text.push(random.choice(CONNECTORS));
    for (const word of shown) text.push(word);
    if (random.uniform() < FILLER_SHARE) text.push(random.choice(FILLERS));
  }
  return text;
}

/**
 * A text that shows `value` of `field`, and values of three other fields.
 *
 * @param random draws the other fields and values, the words and the order
 * @param options `field`: what will be asked about; `value`: drawn if not given; `words`: how many words show
 * it, one or two, by default one half of the time
 */
export function question(
  random: Random,
  options: { readonly field: Field; readonly value?: Value; readonly words?: 1 | 2 },
): Question {
  const { field } = options;
  const value = options.value ?? random.choice(field.values);
  const words = different(value.words, options.words ?? 1 + random.integer(2), random);
  const fields = [field];
  while (fields.length < CLAUSES) addNew(fields, random.choice(FIELDS));
  const shown = fields.map((other) =>
    other === field ? words : [random.choice(random.choice(other.values).words)]
  );
  return { text: sentence(shown, random), value, words };
}

/** `count` different items (few of many, so that drawing again is cheaper than shuffling all). */
export function different<T>(items: readonly T[], count: number, random: Random): T[] {
  const drawn: T[] = [];
  while (drawn.length < count) addNew(drawn, random.choice(items));
  return drawn;
}

function addNew<T>(items: T[], item: T): void {
  if (!items.includes(item)) items.push(item);
}
