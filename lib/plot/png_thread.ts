/** PNG pictures made beside the thread that draws them. @module */

/** A drawn picture. */
export interface PngOrder {
  readonly number: number;
  readonly svg: string;
}

/** What became of it. */
export type PngAnswer =
  | { readonly number: number; readonly png: Uint8Array<ArrayBuffer> }
  | { readonly number: number; readonly problem: string };

/**
 * A thread that turns SVG into PNG, so that the next figure can be drawn meanwhile; disposing ends it.
 *
 * @example A picture from a drawing
 * ```ts
 * import { plot } from "gorp";
 * using thread = new plot.PngThread();
 * const svg = await plot.renderSvg(plot.lossFigure({ series: [] }));
 * console.log((await thread.pngOf(svg)).length > 1000);
 * ```
 */
export class PngThread implements Disposable {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();
  #orders = 0;
  /** Why there will be no more pictures. */
  #ended: Error | null = null;

  constructor() {
    this.#worker = new Worker(import.meta.resolve("./png_worker.ts"), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<PngAnswer>) => {
      const waiting = this.#waiting.get(data.number)!;
      this.#waiting.delete(data.number);
      if ("png" in data) waiting.resolve(data.png);
      else waiting.reject(new Error(`A picture could not be made: ${data.problem}`));
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#end(new Error(`A picture could not be made: ${event.message}`));
    };
  }

  /**
   * The picture at twice its size in CSS pixels, in the light theme.
   *
   * @throws {Error} when the thread cannot make it
   */
  pngOf(svg: string): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#ended) return Promise.reject(this.#ended);
    const number = this.#orders += 1;
    const waiting = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
    this.#waiting.set(number, waiting);
    this.#worker.postMessage({ number, svg } satisfies PngOrder);
    return waiting.promise;
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
    this.#end(new Error("A picture could not be made: its thread was ended."));
  }

  /** Tells all who wait, and who will ask. */
  #end(reason: Error): void {
    this.#ended ??= reason;
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
