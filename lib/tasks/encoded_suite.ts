/**
 * A suite as arrays of token ids, made once and used by every run on it.
 *
 * @module
 */
import { InputError } from "../errors/input_error.ts";
import { displayed } from "../display/rich_display.ts";
import type { Tokenizer } from "../text/tokenizer.ts";
import type { Batch } from "./batch.ts";
import { collate } from "./collate.ts";
import { fixedLengths, type Lengths } from "./fixed_lengths.ts";
import type { Truncation } from "./fit_source.ts";
import { LabelChoices } from "./label_choices.ts";
import { encoderDecoderForm, type RowForm } from "./row_form.ts";
import type { Suite } from "./suite.ts";
import { suiteDisplay } from "./suite_display.ts";
import type { Task } from "./task.ts";

/** A task with its rows as token ids. */
export interface EncodedTask {
  readonly task: Task;
  /** Of every row of the task. */
  readonly lengths: Lengths;
  readonly train: Batch;
  readonly test: Batch;
  /** The task's labels, for answers that must be one of them. */
  readonly choices: LabelChoices;
}

/** A suite whose rows have the same lengths, throughout or task by task, so that recorded steps serve them. */
export interface EncodedSuite {
  readonly suite: Suite;
  readonly tokenizer: Tokenizer;
  /** The longest of all tasks. */
  readonly lengths: Lengths;
  readonly tasks: readonly EncodedTask[];
}

/** Options of {@linkcode encodeSuite}. */
export interface EncodeOptions {
  /** Longest source and target, end tokens included; longer prompts are cut. */
  readonly maximumSource?: number;
  readonly maximumTarget?: number;
  readonly truncation?: Truncation;
  /** How prompts and answers become rows. Default: that of encoder-decoder models. */
  readonly form?: RowForm;
  /** Whether each task has the lengths that its own rows need. Default: all tasks have the longest. */
  readonly lengthsByTask?: boolean;
}

/**
 * Tokenizes the training and test rows of all tasks.
 *
 * @throws {InputError} for a task without training or test rows
 */
export function encodeSuite(suite: Suite, tokenizer: Tokenizer, options: EncodeOptions = {}): EncodedSuite {
  const { truncation, form = encoderDecoderForm(tokenizer) } = options;
  const lengths = fixedLengths(suite.tasks, tokenizer, { ...options, form });
  const tasks = suite.tasks.map((task) => {
    if (task.train.length === 0 || task.test.length === 0) {
      throw new InputError(
        `Task "${task.name}" has ${task.train.length} training and ${task.test.length} test rows; both are needed.`,
      );
    }
    const own = options.lengthsByTask ? fixedLengths([task], tokenizer, { ...options, form }) : lengths;
    return {
      task,
      lengths: own,
      train: collate(task.train, tokenizer, { ...own, truncation, form }),
      test: collate(task.test, tokenizer, { ...own, truncation, form }),
      choices: new LabelChoices(task.labels.map(form.answer)),
    };
  });
  return displayed({ suite, tokenizer, lengths, tasks }, () => suiteDisplay(suite));
}

/**
 * Some rows of a batch, in the given order.
 *
 * @param rows positions in `all`; −1 gives a row of padding without loss
 */
export function pickRows(all: Batch, rows: readonly number[]): Batch {
  const { sourceLength, targetLength } = all;
  const size = rows.length;
  const inputIds = new Int32Array(size * sourceLength);
  const attentionMask = new Int32Array(size * sourceLength);
  const labels = new Int32Array(size * targetLength).fill(-100);
  rows.forEach((row, i) => {
    const source = Math.max(0, row) * sourceLength;
    inputIds.set(all.inputIds.subarray(source, source + sourceLength), i * sourceLength);
    attentionMask.set(all.attentionMask.subarray(source, source + sourceLength), i * sourceLength);
    if (row < 0) return;
    labels.set(all.labels.subarray(row * targetLength, (row + 1) * targetLength), i * targetLength);
  });
  return { size, sourceLength, targetLength, inputIds, attentionMask, labels };
}
