/** A file that only grows. @module */
import { writeError, writeFully } from "../files/atomic_file.ts";

/**
 * Appends whole pieces to a file. What a failed append has left is cut off before the next one and is ignored by
 * readers until then.
 */
export class StreamFile implements Disposable {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #length: number;
  #isWhole = false;

  /**
   * Opens a file to write at its end.
   *
   * @param path of an existing file
   * @param length where to go on; whatever stands behind it is cut off
   */
  constructor(path: string, length: number) {
    this.#path = path;
    this.#length = length;
    try {
      this.#file = Deno.openSync(path, { write: true });
    } catch (error) {
      throw writeError(path, error);
    }
    this.#cutOff();
  }

  /**
   * Writes `bytes` at the end.
   *
   * @throws {Error} one sentence when they do not fit or cannot be written; they may be appended again later
   */
  append(bytes: Uint8Array): void {
    if (!this.#isWhole) this.#cutOff();
    this.#isWhole = false;
    try {
      writeFully(this.#file, bytes);
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#length += bytes.length;
    this.#isWhole = true;
  }

  /** Waits until everything appended has come to the disk, where it outlives a power cut. */
  sync(): void {
    try {
      this.#file.syncDataSync();
    } catch (error) {
      throw writeError(this.#path, error);
    }
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#file.close();
  }

  /** Takes away what stands behind the last whole piece. */
  #cutOff(): void {
    try {
      this.#file.truncateSync(this.#length);
      this.#file.seekSync(this.#length, Deno.SeekMode.Start);
    } catch (error) {
      throw writeError(this.#path, error);
    }
    this.#isWhole = true;
  }
}
