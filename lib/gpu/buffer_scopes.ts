/** Who gives buffers back: scopes, or the caller where there is none. @module */
import type { BufferPool } from "./buffer_pool.ts";
import type { PooledBuffer } from "./pooled_buffer.ts";

/** A pool with the scopes that are open on it, innermost last. */
export class BufferScopes {
  readonly #scopes: Set<PooledBuffer>[] = [];

  constructor(readonly pool: BufferPool) {}

  /** A buffer that belongs to the innermost scope, or to the caller where there is none. */
  acquire(bytes: number): PooledBuffer {
    const buffer = this.pool.acquire(bytes);
    this.#scopes.at(-1)?.add(buffer);
    return buffer;
  }

  /** Gives a buffer back before its scope ends. */
  release(buffer: PooledBuffer): void {
    this.pool.release(buffer);
    for (const scope of this.#scopes) scope.delete(buffer);
  }

  /**
   * Runs `body` and gives back every buffer acquired in it except those that `kept` names from its result;
   * these go to the enclosing scope, or to the caller.
   */
  run<Result>(body: () => Result, kept: (result: Result) => Iterable<PooledBuffer>): Result {
    const scope = new Set<PooledBuffer>();
    this.#scopes.push(scope);
    let survivors: PooledBuffer[] = [];
    try {
      const result = body();
      survivors = [...kept(result)].filter((buffer) => scope.delete(buffer));
      return result;
    } finally {
      this.#scopes.pop();
      for (const buffer of scope) this.pool.release(buffer);
      for (const buffer of survivors) this.#scopes.at(-1)?.add(buffer);
    }
  }
}
