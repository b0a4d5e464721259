/** The LoRA pair of one module, and sums of pairs. @module */

/** `ΔW = s · B A`. */
export interface AdapterPair {
  /** The name of the module, without `.weight`. */
  readonly module: string;
  /** r */
  readonly rank: number;
  /** Columns of the module's weight. */
  readonly inputs: number;
  /** Rows of the module's weight. */
  readonly outputs: number;
  /** s */
  readonly scaling: number;
  /** A `[r, in]` */
  readonly a: Float32Array<ArrayBuffer>;
  /** B `[out, r]` */
  readonly b: Float32Array<ArrayBuffer>;
}

/** A pair as methods keep it, without its extents. */
export interface BarePair {
  /** The name of the module, without `.weight`. */
  readonly module: string;
  /** `[r, in]` */
  readonly a: Float32Array<ArrayBuffer>;
  /** `[out, r]` */
  readonly b: Float32Array<ArrayBuffer>;
}

/**
 * A pair with its extents.
 *
 * @param options.shape of the module's weight, `[out, in]`
 * @param options.scaling s
 * @throws {RangeError} when A and B do not fit the shape
 */
export function adapterPair(
  pair: BarePair,
  options: { readonly shape: readonly number[]; readonly scaling: number },
): AdapterPair {
  const { module, a, b } = pair;
  const { shape: [outputs, inputs], scaling } = options;
  const rank = a.length / inputs;
  if (!Number.isInteger(rank) || rank === 0 || b.length !== outputs * rank) {
    throw new RangeError(
      `The pair of module "${module}" has ${a.length} and ${b.length} elements; with a weight of shape ` +
        `[${outputs}, ${inputs}] it needs r·${inputs} and ${outputs}·r.`,
    );
  }
  return { module, rank, inputs, outputs, scaling, a, b };
}

/**
 * Any change of a weight as a pair: the factor on the shorter side is the identity.
 *
 * @param shape of the weight, `[out, in]`
 */
export function changePair(
  { module, change }: { readonly module: string; readonly change: Float32Array<ArrayBuffer> },
  [outputs, inputs]: readonly number[],
): AdapterPair {
  const rank = Math.min(outputs, inputs);
  const identity = new Float32Array(rank * rank);
  for (let i = 0; i < rank; i++) identity[i * rank + i] = 1;
  const [a, b] = rank === inputs ? [identity, change] : [change, identity];
  return { module, rank, inputs, outputs, scaling: 1, a, b };
}

/** `s · B A [out, in]`, summed in float64. */
export function pairDelta(pair: AdapterPair): Float32Array<ArrayBuffer> {
  const { rank, inputs, outputs, scaling, a, b } = pair;
  const delta = new Float32Array(outputs * inputs);
  const row = new Float64Array(inputs);
  for (let o = 0; o < outputs; o++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scaling * b[o * rank + k];
      for (let i = 0; i < inputs; i++) row[i] += factor * a[k * inputs + i];
    }
    delta.set(row, o * inputs);
  }
  return delta;
}

/**
 * One pair for each module, of summed rank, that changes its weight as all of its pairs do together: the As below
 * each other, the Bs side by side. Where the scalings of a module's pairs differ, the first one's is kept and the
 * other Bs are scaled.
 *
 * @param pairs of one or several modules, in any order; those of one module in the order of stacking
 * @throws {RangeError} when pairs of one module have other extents
 */
export function stackPairs(pairs: Iterable<AdapterPair>): AdapterPair[] {
  const stacks = Map.groupBy(pairs, ({ module }) => module);
  return [...stacks.values()].map((stack) => stack.length === 1 ? stack[0] : stacked(stack));
}

function stacked(pairs: readonly AdapterPair[]): AdapterPair {
  const [{ module, inputs, outputs }] = pairs;
  const other = pairs.find((pair) => pair.inputs !== inputs || pair.outputs !== outputs);
  if (other) {
    throw new RangeError(
      `Cannot stack the pairs of module "${module}": they are for weights of shape [${outputs}, ${inputs}] and ` +
        `[${other.outputs}, ${other.inputs}].`,
    );
  }
  const scaling = pairs.find((pair) => pair.scaling !== 0)?.scaling ?? 1;
  const rank = pairs.reduce((sum, pair) => sum + pair.rank, 0);
  const a = new Float32Array(rank * inputs);
  const b = new Float32Array(outputs * rank);
  let before = 0;
  for (const pair of pairs) {
    a.set(pair.a, before * inputs);
    const factor = pair.scaling / scaling;
    for (let o = 0; o < outputs; o++) {
      for (let k = 0; k < pair.rank; k++) b[o * rank + before + k] = factor * pair.b[o * pair.rank + k];
    }
    before += pair.rank;
  }
  return { module, rank, inputs, outputs, scaling, a, b };
}
