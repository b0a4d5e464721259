/** Columns of numbers and of times. @module */
import {
  type Data,
  type DataType,
  Float32,
  type Float64,
  Int16,
  Int32,
  makeData,
  type TimestampMillisecond,
} from "apache-arrow";
import { type Column, grown } from "./column.ts";

/** The typed arrays of the columns. */
export type NumberArray = Int16Array | Int32Array | Float32Array | Float64Array;

/** Numbers of one of the types that the tables use, in a typed array that grows; nulls are noted apart. */
export class NumberColumn implements Column {
  readonly #type: DataType;
  #values: NumberArray;
  #length = 0;
  readonly #nulls: number[] = [];

  /** An empty column of numbers of `type`. */
  constructor(type: Int16 | Int32 | Float32 | Float64) {
    this.#type = type;
    this.#values = new (arrayType(type))(64);
  }

  /** How many values there are. */
  get length(): number {
    return this.#length;
  }

  /** The values so far; 0 where null. */
  get values(): NumberArray {
    return this.#values.subarray(0, this.#length);
  }

  push(value: unknown): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, this.#length + 1);
    if (value === null) this.#nulls.push(this.#length);
    this.#values[this.#length++] = value as number;
  }

  /** Adds many numbers, none of them null. */
  pushAll(values: ArrayLike<number>): void {
    const end = this.#length + values.length;
    if (end > this.#values.length) this.#values = grown(this.#values, end);
    this.#values.set(values, this.#length);
    this.#length = end;
  }

  toData(): Data {
    const props = { type: this.#type, length: this.#length, data: this.values };
    return makeData({ ...props, ...validity(this.#length, this.#nulls) } as Parameters<typeof makeData>[0]);
  }
}

/** Times in milliseconds, kept as numbers (exact for every Date) until a batch is due. */
export class TimestampColumn implements Column {
  readonly #type: TimestampMillisecond;
  readonly #values: (number | null)[] = [];

  /** An empty column of times of `type`. */
  constructor(type: TimestampMillisecond) {
    this.#type = type;
  }

  push(value: unknown): void {
    this.#values.push(value === null ? null : Number(value));
  }

  toData(): Data {
    const data = BigInt64Array.from(this.#values, (value) => BigInt(value ?? 0));
    const nulls = this.#values.flatMap((value, i) => value === null ? [i] : []);
    return makeData({ type: this.#type, length: data.length, data, ...validity(data.length, nulls) });
  }
}

function arrayType(type: DataType): new (length: number) => NumberArray {
  if (type instanceof Int16) return Int16Array;
  if (type instanceof Int32) return Int32Array;
  return type instanceof Float32 ? Float32Array : Float64Array;
}

/** The null count and, where there are nulls, the bitmap with a 1 for each row that is not null. */
function validity(length: number, nulls: readonly number[]): { nullCount: number; nullBitmap?: Uint8Array } {
  if (nulls.length === 0) return { nullCount: 0 };
  const nullBitmap = new Uint8Array(Math.ceil(length / 64) * 8).fill(255);
  for (const i of nulls) nullBitmap[i >> 3] &= ~(1 << (i & 7));
  return { nullCount: nulls.length, nullBitmap };
}
