/** Buckets of relative positions. @module */

/** What decides a bucket. */
export interface BucketOptions {
  readonly buckets: number;
  readonly maxDistance: number;
  /** Whether keys after the query have buckets of their own (the encoder). */
  readonly bidirectional: boolean;
}

/**
 * The bucket of every pair of a query and a key, `[Tq · Tk]`: exact for small distances, logarithmic up to
 * `maxDistance`, one bucket beyond (T5, Raffel et al. 2020, section 2.1). The logarithm is rounded to float32
 * where PyTorch rounds it, so that the borders agree.
 */
export function relativeBuckets(
  queries: number,
  keys: number,
  options: BucketOptions,
): Int32Array<ArrayBuffer> {
  const result = new Int32Array(queries * keys);
  for (let i = 0; i < queries; i++) {
    for (let j = 0; j < keys; j++) result[i * keys + j] = bucketOf(j - i, options);
  }
  return result;
}

function bucketOf(relative: number, options: BucketOptions): number {
  const count = options.bidirectional ? Math.floor(options.buckets / 2) : options.buckets;
  const start = options.bidirectional && relative > 0 ? count : 0;
  const distance = options.bidirectional ? Math.abs(relative) : Math.max(0, -relative);
  const exact = Math.floor(count / 2);
  if (distance < exact) return start + distance;
  const log = Math.fround(Math.log(Math.fround(distance / exact)));
  const share = Math.fround(log / Math.log(options.maxDistance / exact));
  return start + Math.min(count - 1, exact + Math.floor(Math.fround(share * (count - exact))));
}
