/** A linear layer with LoRA pairs, in plain loops and float64. @module */

/** `[rows, columns]`, row-major. */
export interface Plain {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

/** The layer: `y = alpha (x Wᵀ + s Σ_j x̃ A_jᵀ B_jᵀ) + residual`, B_j changing the outputs from `row` on. */
export interface PlainLora {
  readonly x: Plain;
  /** x̃ / x, of x's size. */
  readonly mask: ArrayLike<number>;
  readonly weight: Plain;
  readonly pairs: readonly { readonly a: Plain; readonly b: Plain; readonly row: number }[];
  readonly scale: number;
  readonly alpha: number;
  readonly residual: ArrayLike<number>;
}

function product(left: Plain, right: Plain, entry: (i: number, j: number, k: number) => number): Plain {
  const data = new Float64Array(left.rows * right.rows);
  for (let i = 0; i < left.rows; i++) {
    for (let j = 0; j < right.rows; j++) {
      for (let k = 0; k < left.columns; k++) data[i * right.rows + j] += entry(i, j, k);
    }
  }
  return { rows: left.rows, columns: right.rows, data };
}

/** `X Yᵀ` */
function timesTransposed(left: Plain, right: Plain): Plain {
  return product(
    left,
    right,
    (i, j, k) => left.data[i * left.columns + k] * right.data[j * right.columns + k],
  );
}

function transposed({ rows, columns, data }: Plain): Plain {
  const turned = Float64Array.from(
    { length: rows * columns },
    (_, i) => data[(i % rows) * columns + Math.floor(i / rows)],
  );
  return { rows: columns, columns: rows, data: turned };
}

function scaled({ data, ...shape }: Plain, factor: number): Plain {
  return { ...shape, data: Float64Array.from(data, (value) => value * factor) };
}

function columnsFrom({ rows, columns, data }: Plain, first: number, count: number): Plain {
  const part = Float64Array.from(
    { length: rows * count },
    (_, i) => data[Math.floor(i / count) * columns + first + i % count],
  );
  return { rows, columns: count, data: part };
}

/** The outputs, and the gradients of `Σ y ⊙ dy`. */
export function loraLinearReference(layer: PlainLora, dy: Plain) {
  const { x, mask, weight, pairs, scale, alpha, residual } = layer;
  const read = { ...x, data: Float64Array.from(x.data, (value, i) => value * mask[i]) };
  const y = timesTransposed(x, weight).data as Float64Array;
  const gradients = pairs.map(({ a, b, row }) => {
    const small = timesTransposed(read, a);
    const change = timesTransposed(small, b);
    for (let i = 0; i < change.data.length; i++) {
      y[Math.floor(i / b.rows) * weight.rows + row + i % b.rows] += scale * change.data[i];
    }
    const part = scaled(columnsFrom(dy, row, b.rows), alpha * scale);
    const back = timesTransposed(part, transposed(b));
    return {
      db: timesTransposed(transposed(part), transposed(small)).data,
      da: timesTransposed(transposed(back), transposed(read)).data,
      dRead: timesTransposed(back, transposed(a)).data,
    };
  });
  const dx = scaled(timesTransposed(dy, transposed(weight)), alpha).data as Float64Array;
  for (const { dRead } of gradients) {
    for (let i = 0; i < dx.length; i++) dx[i] += mask[i] * dRead[i];
  }
  return {
    y: y.map((value, i) => alpha * value + residual[i]),
    dx,
    dW: scaled(timesTransposed(transposed(dy), transposed(x)), alpha).data,
    pairs: gradients.map(({ da, db }) => ({ da, db })),
  };
}
