/** Results beside the expected ones. @module */
import type { Tolerance } from "./golden_case.ts";

/** Differences that are told in full; of others only the number. */
const MOST_TOLD = 3;

/** A tensor beside its tolerance. */
export interface ClosestTensor {
  readonly name: string;
  /** Its deviation as a share of the one allowed. */
  readonly share: number;
  /** The pair that holds for it. */
  readonly tolerance: { readonly abs: number; readonly rel: number };
}

/** Collects how far the results of one case are from the expected ones. */
export class Comparison {
  /** Largest absolute deviation of any number so far; NaN when one is NaN where a number was expected. */
  maxAbs = 0;
  /** Largest deviation relative to the largest expected magnitude of its tensor, where that is not zero. */
  maxRel = 0;
  /** How many tensors and values were compared. */
  count = 0;
  /** The tensor that came closest to its tolerance, or exceeded it most; null before any was compared. */
  closest: ClosestTensor | null = null;
  readonly #differences: string[] = [];

  constructor(readonly tolerance: Tolerance) {}

  /** What is wrong, in one sentence; null when everything agrees. */
  get problem(): string | null {
    if (this.count === 0) return "Nothing was compared.";
    const told = this.#differences.slice(0, MOST_TOLD).join("; ");
    const more = this.#differences.length - MOST_TOLD;
    return told === "" ? null : `${told}${more > 0 ? `; and ${more} more` : ""}.`;
  }

  /** Compares numbers: `max|got − want| ≤ abs + rel · max|want|`, with the pair of `name` up to its first dot. */
  numbers(name: string, got: ArrayLike<number>, want: ArrayLike<number>): void {
    this.count += 1;
    const tolerance = this.tolerance.per?.[name.split(".")[0]] ?? this.tolerance;
    if (got.length !== want.length) {
      this.#differences.push(`${name} has ${got.length} values, ${want.length} are expected`);
      return;
    }
    const { distance, largest } = deviation(got, want);
    this.maxAbs = larger(this.maxAbs, distance);
    if (largest > 0) this.maxRel = larger(this.maxRel, distance / largest);
    const allowed = tolerance.abs + tolerance.rel * largest;
    const share = distance === 0 ? 0 : distance / allowed;
    if (!(share <= (this.closest?.share ?? -1))) this.closest = { name, share, tolerance };
    if (!(distance <= allowed)) {
      this.#differences.push(`${name} deviates by ${short(distance)}, ${short(allowed)} is allowed`);
    }
  }

  /** Compares what must be equal: integers, texts, or lists of them. */
  equal(name: string, got: unknown, want: unknown): void {
    this.count += 1;
    const [found, expected] = [JSON.stringify(got), JSON.stringify(want)];
    if (found !== expected) this.#differences.push(`${name} is ${cut(found)}, not ${cut(expected)}`);
  }

  /** Notes a condition that the results must meet. */
  holds(condition: boolean, otherwise: string): void {
    this.count += 1;
    if (!condition) this.#differences.push(otherwise);
  }
}

/** The largest deviation and the largest expected magnitude. Equal infinities, and NaN for NaN, do not deviate. */
function deviation(
  got: ArrayLike<number>,
  want: ArrayLike<number>,
): { readonly distance: number; readonly largest: number } {
  let distance = 0, largest = 0;
  for (let i = 0; i < want.length; i++) {
    if (Object.is(got[i], want[i])) continue;
    distance = larger(distance, Math.abs(got[i] - want[i]));
  }
  for (let i = 0; i < want.length; i++) {
    if (Number.isFinite(want[i])) largest = Math.max(largest, Math.abs(want[i]));
  }
  return { distance, largest };
}

/** The larger number; NaN when one of them is. */
function larger(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? NaN : Math.max(a, b);
}

function short(value: number): string {
  return value.toPrecision(3).replace(/\.?0+$/, "");
}

function cut(text: string | undefined): string {
  return text === undefined ? "missing" : text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
