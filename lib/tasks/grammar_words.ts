/**
 * The words of the embedded grammar: every word once, so that each token has one meaning.
 *
 * @module
 */

/** One of the four values a field can have, and the six words that give it away in a text. */
export interface Value {
  /** What the question `kind` answers with, for example `rain`. */
  readonly name: string;
  /** The words that stand for the value in a text, for example `drizzle`. */
  readonly words: readonly string[];
}

/** A latent property of a text, for example its weather. */
export interface Field {
  /** How questions call the field. */
  readonly name: string;
  /** Its four values. */
  readonly values: readonly Value[];
}

/** The 10 fields, each with 4 values of 6 words. */
export const FIELDS: readonly Field[] = [
  field("weather", {
    rain: "drizzle downpour shower puddle umbrella cloudburst",
    snow: "flurry blizzard sleet icicle frost slush",
    sun: "glare sunbeam heatwave daylight haze drought",
    wind: "breeze gale gust draught squall tornado",
  }),
  field("animal", {
    bird: "sparrow robin heron finch eagle owl",
    fish: "trout salmon carp pike herring cod",
    insect: "beetle ant wasp moth cricket bee",
    reptile: "lizard gecko tortoise viper iguana cobra",
  }),
  field("food", {
    soup: "broth stew chowder bisque consomme minestrone",
    dessert: "cake pudding custard tart sorbet trifle",
    bread: "loaf bagel toast bun baguette crust",
    fruit: "apple pear cherry mango melon grape",
  }),
  field("place", {
    coast: "beach harbour cliff lagoon pier dune",
    mountain: "summit ridge glacier peak slope ravine",
    forest: "grove thicket glade pinewood clearing undergrowth",
    city: "street tower plaza subway avenue suburb",
  }),
  field("mood", {
    joy: "laughter delight cheer grin glee bliss",
    grief: "sorrow tears mourning sobbing despair gloom",
    anger: "fury rage scowl wrath temper outrage",
    fear: "dread panic terror fright alarm shudder",
  }),
  field("travel", {
    boat: "canoe ferry yacht raft sail kayak",
    train: "locomotive carriage platform railway sleeper signal",
    car: "taxi sedan highway garage van limousine",
    aircraft: "jet glider airport runway pilot cockpit",
  }),
  field("music", {
    strings: "violin cello harp lute guitar banjo",
    brass: "trumpet trombone tuba bugle cornet horn",
    drums: "bongo cymbal gong tambourine maraca timpani",
    woodwind: "flute oboe clarinet bassoon piccolo recorder",
  }),
  field("work", {
    medicine: "surgeon nurse clinic bandage scalpel ward",
    law: "judge lawyer court verdict trial jury",
    farming: "shepherd plough barn harvest tractor crop",
    teaching: "teacher lesson chalk pupil homework classroom",
  }),
  field("sport", {
    tennis: "racket serve volley backhand baseline lob",
    football: "goal penalty striker goalkeeper offside tackle",
    boxing: "glove jab knockout ring uppercut sparring",
    skiing: "slalom piste skis chairlift downhill mogul",
  }),
  field("room", {
    kitchen: "stove oven kettle saucepan sink pantry",
    bedroom: "pillow mattress blanket wardrobe duvet nightstand",
    bathroom: "bathtub towel soap toothbrush basin shampoo",
    study: "desk bookcase inkwell notebook lamp armchair",
  }),
];

/** The words that begin a clause. */
export const CONNECTORS: readonly string[] = list(
  "with near under beside before after around beyond behind above below toward against among past without",
);

/** The words that mean nothing, after a quarter of the clauses. */
export const FILLERS: readonly string[] = list(
  "quietly slowly often again today perhaps almost nearly gladly rarely suddenly still " +
    "once always somewhere together indeed mostly softly yesterday tonight usually calmly twice",
);

/** The answers of tasks. Before fine-tuning they mean nothing. */
export const LABEL_WORDS: readonly string[] = list(
  "red blue green yellow orange purple brown black white grey pink violet crimson scarlet indigo turquoise " +
    "ivory ebony beige maroon navy olive teal coral amber jade ruby pearl gold silver " +
    "bronze copper lilac mauve cyan magenta khaki ochre azure emerald",
);

/** The names of tasks, the first word of their prompts. Before fine-tuning they mean nothing. */
export const TASK_WORDS: readonly string[] = list(
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon",
);

/** The words and signs that say what to do: the three questions, the colon, the full stop, and the last word. */
export const INSTRUCTION_WORDS = {
  find: "find",
  kind: "kind",
  copy: "copy",
  colon: ":",
  stop: ".",
  answer: "answer",
} as const;

function field(name: string, values: Readonly<Record<string, string>>): Field {
  return {
    name,
    values: Object.entries(values).map(([value, words]) => ({ name: value, words: list(words) })),
  };
}

function list(words: string): string[] {
  return words.split(" ");
}
