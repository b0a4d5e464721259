/** Taking a step's rows a part at a time. @module */
import { InputError } from "../errors/input_error.ts";
import type { TokenRows } from "../models/language_model.ts";

/**
 * How the parts of a batch count in its loss and gradients: all the same, so that they are the mean of the parts'
 * means (as in the released code), or by their labelled tokens, as they would in one large batch.
 */
export type PartWeights = "equal" | "tokens";

/** A part of a batch. */
export interface MicroBatch {
  readonly rows: TokenRows;
  /** Its share in the step's loss and gradients; the shares of all parts add up to 1. */
  readonly share: number;
}

/** A replica's rows of a part of a batch. */
export interface ReplicaPart extends MicroBatch {
  /** Labelled tokens of the whole part, by which its losses are divided. */
  readonly labelled: number;
}

/**
 * Cuts a batch into `count` parts of equally many neighbouring rows.
 *
 * @throws {InputError} when `count` does not divide the number of rows
 *
 * @example Two parts, of which one has a third of the tokens
 * ```ts
 * import { continual } from "gorp";
 * const extents = { size: 2, sourceLength: 1, targetLength: 2 };
 * const [inputIds, attentionMask] = [new Int32Array([5, 6]), new Int32Array([1, 1])];
 * const rows = { ...extents, inputIds, attentionMask, labels: new Int32Array([7, -100, 8, 9]) };
 * const parts = continual.microBatches(rows, 2, "tokens");
 * if (Math.abs(parts[0].share - 1 / 3) > 1e-9) throw new Error(`${parts[0].share}`);
 * ```
 */
export function microBatches(rows: TokenRows, count: number, weights: PartWeights): MicroBatch[] {
  const size = partSize(rows.size, count);
  const { sourceLength, targetLength } = rows;
  const total = labelsIn(rows.labels);
  return Array.from({ length: count }, (_, i) => {
    const cut = (ids: Int32Array<ArrayBuffer>, length: number) =>
      ids.subarray(i * size * length, (i + 1) * size * length);
    const labels = cut(rows.labels, targetLength);
    const part = {
      ...{ size, sourceLength, targetLength, labels },
      inputIds: cut(rows.inputIds, sourceLength),
      attentionMask: cut(rows.attentionMask, sourceLength),
    };
    return { rows: part, share: weights === "equal" ? 1 / count : labelsIn(labels) / Math.max(1, total) };
  });
}

/**
 * The parts of a batch that a replica takes: of each micro-batch its share of the rows, whose losses are divided by the
 * labelled tokens of all replicas' rows, so that all replicas together compute what one would.
 *
 * @throws {InputError} when rows cannot be cut equally
 */
export function replicaParts(
  batch: TokenRows,
  { microBatches: count, partWeights, replica = { rank: 0, size: 1 } }: {
    readonly microBatches: number;
    readonly partWeights: PartWeights;
    readonly replica?: { readonly rank: number; readonly size: number };
  },
): ReplicaPart[] {
  return microBatches(batch, count, partWeights).map(({ rows, share }) => ({
    rows: replica.size === 1 ? rows : microBatches(rows, replica.size, "equal")[replica.rank].rows,
    share,
    labelled: labelsIn(rows.labels),
  }));
}

/**
 * The rows of each of `count` parts.
 *
 * @throws {InputError} when they would not be equally many
 */
export function partSize(batchSize: number, count: number): number {
  if (!Number.isInteger(count) || count < 1 || batchSize % count !== 0) {
    throw new InputError(
      `${batchSize} rows cannot be cut into ${count} equal parts; choose microBatches and replicas whose product ` +
        "divides batchSize.",
    );
  }
  return batchSize / count;
}

function labelsIn(labels: Int32Array): number {
  return labels.reduce((count, label) => count + Number(label >= 0), 0);
}
