/**
 * Random numbers from a counter: every draw is a function of a seed, a stream name and a position, so that
 * runs repeat exactly and a resumed run draws what the interrupted one would have drawn.
 *
 * @module
 */

/** A seeded stream of random numbers. Two streams of one seed with different names are independent. */
export class Random {
  readonly #key: number;
  #position: number;

  /**
   * @param seed any integer
   * @param stream a name that separates streams of the same seed
   * @param position how many draws to skip; take it from {@linkcode Random.position} to resume
   *
   * @example The same seed gives the same numbers
   * ```ts
   * import { Random } from "gorp";
   * const first = new Random(1).uniform();
   * if (first !== new Random(1).uniform()) throw new Error("not reproducible");
   * ```
   */
  constructor(seed: number, stream = "", position = 0) {
    this.#key = hashText(stream, mix(seed >>> 0) ^ mix(Math.floor(seed / 2 ** 32) >>> 0 ^ 0x9e3779b9));
    this.#position = position;
  }

  /** How many numbers have been drawn. */
  get position(): number {
    return this.#position;
  }

  /** An independent stream, determined by this one's seed and `name`, whatever has been drawn so far. */
  fork(name: string): Random {
    return new Random(this.#key, name);
  }

  /** An unsigned 32-bit integer. */
  bits(): number {
    const low = this.#position >>> 0;
    const high = Math.floor(this.#position / 2 ** 32) >>> 0;
    this.#position += 1;
    return mix(mix(mix(low ^ this.#key) + high >>> 0) ^ Math.imul(this.#key, 0x85ebca6b));
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 2 ** 26 + (this.bits() >>> 6)) / 2 ** 53;
  }

  /** An integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** A standard normal number (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** One item, chosen uniformly. */
  choice<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** A shuffled copy (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }

  /** `count` different items in random order. */
  sample<T>(items: readonly T[], count: number): T[] {
    if (count > items.length) {
      throw new RangeError(`Cannot sample ${count} different items from ${items.length}.`);
    }
    return this.shuffle(items).slice(0, count);
  }

  /** `length` numbers drawn uniformly from [low, high), as float32. */
  uniformArray(length: number, low = 0, high = 1): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length }, () => low + (high - low) * this.uniform());
  }

  /** `length` normal numbers of the given standard deviation, as float32. */
  normalArray(length: number, deviation = 1): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length }, () => deviation * this.normal());
  }
}

/** A bijective scrambling of 32 bits (constants of the "lowbias32" search). */
function mix(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

function hashText(text: string, start: number): number {
  let hash = start >>> 0;
  for (let i = 0; i < text.length; i++) hash = mix(hash ^ text.charCodeAt(i)) + 0x9e3779b9 >>> 0;
  return mix(hash);
}
