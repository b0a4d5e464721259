/**
 * Batches for pre-training on real texts by span corruption.
 *
 * @module
 */
import type { WordTokenizer } from "../text/word_tokenizer.ts";
import type { Batch } from "./batch.ts";
import { batches, type BatchesOptions } from "./batches.ts";
import type { Lengths } from "./fixed_lengths.ts";
import { packRows } from "./pack_rows.ts";
import { type CorruptionShare, corruptSpans, longestText } from "./text_corruption.ts";

/** Options of {@linkcode corruptionBatches}. */
export interface CorruptionBatchesOptions extends BatchesOptions, Lengths, CorruptionShare {
  /** Gives the padding, end and sentinel ids. */
  readonly tokenizer: Pick<WordTokenizer, "padId" | "eosId" | "sentinelIds">;
}

/**
 * Yields a batch for each step from `firstStep` to `steps`: texts in a new order each epoch, of each text a
 * window drawn at random that fits, of each window some spans hidden, drawn anew each time.
 *
 * All batches have the same shape. As with {@linkcode batches}, a resumed training sees what an uninterrupted
 * one would have seen.
 *
 * @param texts token ids without end tokens; texts of fewer than 2 tokens are left out
 * @param options sizes, share of hidden tokens (0.15 in spans of 3), and where to start
 */
export function* corruptionBatches(
  texts: readonly (readonly number[])[],
  options: CorruptionBatchesOptions,
): Generator<Batch, void, undefined> {
  const { random, tokenizer, sourceLength, targetLength, firstStep = 0 } = options;
  const { padId, eosId, sentinelIds: sentinels } = tokenizer;
  const window = longestText(options, options);
  let step = firstStep;
  for (const chosen of batches(texts.filter((text) => text.length >= 2), options)) {
    const stream = random.fork(`corruption of step ${step++}`);
    const rows = chosen.map((text) => {
      const start = stream.integer(Math.max(0, text.length - window) + 1);
      return corruptSpans(text.slice(start, start + window), { ...options, random: stream, sentinels });
    });
    yield packRows(
      rows.map((row) => [...row.source, eosId]),
      rows.map((row) => [...row.target, eosId]),
      { padId, sourceLength, targetLength },
    );
  }
}
