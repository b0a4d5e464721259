"""The texts of the recipe of the embedded base model, written from its description: grammar, examples, tasks.

The description leaves open how some of the pre-training texts are formed; `READINGS` are ways to read it. Texts are
rows of token ids, drawn from `random.Random`, so that a reading and a seed give the same texts everywhere. See
`recipe_study.py` for what they are for.
"""

import random
from dataclasses import dataclass

import torch

PAD, END, VOCABULARY_SIZE = 0, 1, 420
FIELDS, VALUES, WORDS = 10, 4, 6
SOURCE_LENGTH, TASK_SOURCE_LENGTH = 32, 20
TASKS, TRAIN_ROWS, DEV_ROWS, TEST_ROWS, CLAUSES, BATCH_SIZE = 4, 2000, 300, 300, 4, 16


@dataclass(frozen=True)
class Reading:
    """What the recipe leaves open. Clauses are counts, from and to."""

    prompts: bool = False  # questions end with the answer word, and every source text with the end token
    one_word_find: bool = False  # texts of "find" show one word of the field asked about, never two
    kit_spans: bool = False  # hidden spans as the kit makes them: 20 % of the text, about two tokens a span
    kit_vocabulary: bool = False
    clauses: tuple = (3, 8)  # of a text that is asked about
    sentence_clauses: tuple = (3, 5)  # of each of the two sentences with hidden spans


READINGS = {
    "literal": Reading(),
    "prompts": Reading(prompts=True),
    "find-and-spans": Reading(one_word_find=True, kit_spans=True),
    "four-clauses": Reading(clauses=(4, 4), sentence_clauses=(4, 4)),
    "kit-vocabulary": Reading(kit_vocabulary=True),
    "kit": Reading(True, True, True, True, (4, 4), (4, 4)),
}


class Vocabulary:
    """Token ids by role: in the kit's order, with its "." between sentences, or in one of our own without."""

    def __init__(self, is_kit):
        self.used = 3 if is_kit else 2
        self.sentinels = self._take(8)
        self.find, self.kind, self.copy, self.separator = self._take(4)
        self.stop = self._take(1) if is_kit else []
        (self.answer,) = self._take(1)
        self.connectors, self.fillers, self.fields = self._take(16), self._take(24), self._take(FIELDS)
        self.values = [self._take(VALUES) for _ in range(FIELDS)]
        if not is_kit:
            self.labels, self.tasks = self._take(59), self._take(16)
        self.words = [[self._take(WORDS) for _ in range(VALUES)] for _ in range(FIELDS)]
        if is_kit:
            self.labels, self.tasks = self._take(40), self._take(20)

    def _take(self, count):
        self.used += count
        return list(range(self.used - count, self.used))


class Writer:
    """Draws texts of the grammar and examples of the pre-training mixture."""

    def __init__(self, reading, rng):
        self.reading, self.rng, self.vocabulary = reading, rng, Vocabulary(reading.kit_vocabulary)

    def state(self):
        """A value of each field."""
        return [self.rng.randrange(VALUES) for _ in range(FIELDS)]

    def text(self, state, fields, asked=None, two_words=None):
        """A clause about each of `fields`, which it shuffles in place. Returns tokens and the first word of `asked`.

        The field `asked` gets two words, always or never; half of the time where `two_words` is None.
        """
        rng, vocabulary = self.rng, self.vocabulary
        rng.shuffle(fields)
        tokens, answer = [], None
        for field in fields:
            two = field == asked and (rng.random() < 0.5 if two_words is None else two_words)
            words = vocabulary.words[field][state[field]]
            connector = rng.choice(vocabulary.connectors)
            chosen = rng.sample(words, 2) if two else [rng.choice(words)]
            filler = [rng.choice(vocabulary.fillers)] if rng.random() < 0.25 else []
            tokens += [connector, *chosen, *filler]
            answer = chosen[0] if field == asked else answer
        return tokens, answer

    def text_about(self, state, asked, count, two_words=None):
        """A text with `count` clauses, one of them about the field `asked`."""
        others = self.rng.sample([field for field in range(FIELDS) if field != asked], count - 1)
        return self.text(state, [asked, *others], asked, two_words)

    def example(self):
        """One example of the mixture: source and target."""
        rng, state, draw = self.rng, self.state(), self.rng.random()
        if draw < 0.40:
            source, target = self._spans(state)
        elif draw < 0.90:
            source, target = self._question(state, is_find=draw < 0.65)
        else:
            target = [self._label_or_task() for _ in range(rng.randint(1, 3))]
            source = [self.vocabulary.copy, self.vocabulary.separator, *target, *self._prompt()]
        return source + self.end(), target + [END]

    def end(self):
        return [END] if self.reading.prompts else []

    def _prompt(self):
        return [self.vocabulary.answer] if self.reading.prompts else []

    def _label_or_task(self):
        return self.rng.choice(self.vocabulary.labels + self.vocabulary.tasks)

    def _question(self, state, is_find):
        vocabulary, asked = self.vocabulary, self.rng.randrange(FIELDS)
        two_words = False if is_find and self.reading.one_word_find else None
        text, word = self.text_about(state, asked, self.rng.randint(*self.reading.clauses), two_words)
        instruction = vocabulary.find if is_find else vocabulary.kind
        source = [instruction, vocabulary.fields[asked], vocabulary.separator, *text, *self._prompt()]
        return source, [word if is_find else vocabulary.values[asked][state[asked]]]

    def _spans(self, state):
        """Span corruption over two sentences about the same values."""
        rng, vocabulary, kit = self.rng, self.vocabulary, self.reading.kit_spans
        fields = rng.sample(range(FIELDS), rng.randint(*self.reading.sentence_clauses))
        first, second = self.text(state, fields)[0], self.text(state, fields)[0]
        tokens = first + (vocabulary.stop if kit else []) + second
        if rng.random() < 0.5:
            self._insert_strangers(tokens)
        if not kit:
            tokens = tokens[: SOURCE_LENGTH - len(self.end())]
        holes = self._kit_holes(tokens) if kit else self._holes(tokens)
        source, target, position = [], [], 0
        for sentinel, (start, length) in zip(vocabulary.sentinels, holes):
            source += [*tokens[position:start], sentinel]
            position = start + length
            target += [sentinel, *tokens[start:position]]
        return source + tokens[position:], target

    def _insert_strangers(self, tokens):
        """Label and task words as ordinary words: up to three different ones in the kit, else up to two."""
        rng = self.rng
        if self.reading.kit_spans:
            for word in rng.sample(self.vocabulary.labels + self.vocabulary.tasks, rng.randint(1, 3)):
                tokens.insert(rng.randint(0, len(tokens)), word)
        else:
            for _ in range(rng.randint(1, 2)):
                tokens.insert(rng.randint(0, len(tokens)), self._label_or_task())

    def _holes(self, tokens):
        """Three spans of one or two tokens, none next to another: start and length."""
        while True:
            starts = sorted(self.rng.sample(range(len(tokens)), 3))
            holes = [(start, self.rng.randint(1, 2)) for start in starts]
            ends = [start + length for start, length in holes]
            if all(end < start for end, start in zip(ends, starts[1:])) and ends[-1] <= len(tokens):
                return holes

    def _kit_holes(self, tokens):
        """A fifth of the tokens in up to four spans; only the first may begin and only the last may end the text."""
        hidden = min(max(round(len(tokens) * 0.2), 1), len(tokens) - 1)
        count = min(max(round(hidden / 2), 1), 4)
        lengths, gaps = self._parts(hidden, count), self._parts(len(tokens) - hidden + 2, count + 1)
        gaps[0] -= 1
        holes, position = [], 0
        for gap, length in zip(gaps, lengths):
            holes.append((position + gap, length))
            position += gap + length
        return holes

    def _parts(self, total, count):
        """`total` as a sum of `count` positive numbers."""
        cuts = [0, *sorted(self.rng.sample(range(1, total), count - 1)), total]
        return [after - before for before, after in zip(cuts, cuts[1:])]


def pad(rows, length=None):
    length = length or max(map(len, rows))
    return torch.tensor([row + [PAD] * (length - len(row)) for row in rows])


class OwnTask:
    """A task of the suite "conflict": a name, a field, and labels for its values."""

    def __init__(self, writer, name, field, labels):
        self.writer, self.name, self.field, self.labels = writer, name, field, labels
        self.train, _, self.test = (self._rows(count) for count in (TRAIN_ROWS, DEV_ROWS, TEST_ROWS))

    def _rows(self, count):
        vocabulary, sources, targets = self.writer.vocabulary, [], []
        for _ in range(count):
            state = self.writer.state()
            text, _ = self.writer.text_about(state, self.field, CLAUSES)
            prompt = [self.name, vocabulary.kind, vocabulary.fields[self.field], vocabulary.separator]
            sources.append([*prompt, *text, vocabulary.answer, *self.writer.end()])
            targets.append([self.labels[state[self.field]], END])
        return pad(sources, TASK_SOURCE_LENGTH), torch.tensor(targets)

    def batches(self, generator):
        """The rows of each step, without end: shuffled anew whenever fewer than a batch are left."""
        left = torch.empty(0, dtype=torch.long)
        while True:
            if len(left) < BATCH_SIZE:
                left = torch.cat([left, torch.randperm(TRAIN_ROWS, generator=generator)])
            yield left[:BATCH_SIZE]
            left = left[BATCH_SIZE:]


class KitTask:
    """A task that `agreement_data.ts` wrote, with its order of rows."""

    def __init__(self, data, task):
        self.train, self.test = self._rows(data, task, "train"), self._rows(data, task, "test")
        self.order = data.order(task)

    def _rows(self, data, task, split):
        ids, mask, labels = data.rows(task, split)
        return ids.masked_fill(mask == 0, PAD), labels.masked_fill(labels < 0, PAD)

    def batches(self, _):
        return self.order


def own_tasks(reading, seed):
    """All tasks use the same labels, each with a field and a permutation of its own: the conflict."""
    rng = random.Random(seed * 100003 + 17)
    writer = Writer(READINGS[reading], rng)
    fields, labels = rng.sample(range(FIELDS), TASKS), rng.sample(writer.vocabulary.labels, VALUES)
    names, permutations = rng.sample(writer.vocabulary.tasks, TASKS), []
    while len(permutations) < TASKS:
        permutation = rng.sample(range(VALUES), VALUES)
        if permutation not in permutations:
            permutations.append(permutation)
    return [OwnTask(writer, name, field, [labels[i] for i in permutation])
            for name, field, permutation in zip(names, fields, permutations)]
