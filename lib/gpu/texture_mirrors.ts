/** Copies of buffers in textures, for adapters that read textures faster than buffers. @module */
import type { BufferRange } from "./bind_groups.ts";
import type { PooledBuffer } from "./buffer_pool.ts";
import type { TextureCopyCommand } from "./command.ts";

/** Floats in one texel: `rgba32float` holds four, `r32float` one. */
export type TexelSize = 1 | 4;

/** Bytes of one row of a mirror; element `i` lies in texel `(i mod w, i div w)` with `w` texels a row. */
export const MIRROR_ROW_BYTES = 8192;

interface CopiedRows {
  readonly first: number;
  readonly end: number;
  readonly writes: number;
  readonly epoch: number;
}

interface Mirror {
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;
  copied: CopiedRows[];
}

/**
 * Keeps a texture beside each buffer it was asked for, laid out flat, and says which rows must be copied
 * again because a command has written the buffer since.
 */
export class TextureMirrors {
  readonly #device: GPUDevice;
  readonly #mirrors = new Map<string, Mirror>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * The mirror of a buffer, current for `range` once `copy` has run.
   *
   * @param epoch copies made under another epoch do not count, since they are not replayed with this one
   * @returns the view and the copy that is needed first, if any; null when the buffer is too large
   */
  get(
    range: BufferRange,
    texelSize: TexelSize,
    epoch: number,
  ): { view: GPUTextureView; copy: TextureCopyCommand | null } | null {
    const { buffer } = range;
    const mirror = this.#mirrors.get(keyOf(buffer, texelSize)) ?? this.#create(buffer, texelSize);
    if (!mirror) return null;
    const first = Math.floor(range.offset / MIRROR_ROW_BYTES);
    const end = Math.max(first + 1, Math.ceil((range.offset + range.size) / MIRROR_ROW_BYTES));
    mirror.copied = mirror.copied.filter((rows) => rows.writes === buffer.writes && rows.epoch === epoch);
    if (mirror.copied.some((rows) => rows.first <= first && end <= rows.end)) {
      return { view: mirror.view, copy: null };
    }
    mirror.copied.push({ first, end, writes: buffer.writes, epoch });
    const rowBytes = Math.min(buffer.size, MIRROR_ROW_BYTES);
    const copy: TextureCopyCommand = {
      kind: "texture",
      source: buffer.handle,
      offset: first * rowBytes,
      bytesPerRow: rowBytes,
      texture: mirror.texture,
      firstRow: first,
      width: rowBytes / (4 * texelSize),
      height: end - first,
    };
    return { view: mirror.view, copy };
  }

  /** Destroys the mirrors of a buffer. */
  forget(buffer: PooledBuffer): void {
    for (const texelSize of [1, 4] as const) {
      const key = keyOf(buffer, texelSize);
      this.#mirrors.get(key)?.texture.destroy();
      this.#mirrors.delete(key);
    }
  }

  /** Destroys all mirrors. */
  destroy(): void {
    for (const mirror of this.#mirrors.values()) mirror.texture.destroy();
    this.#mirrors.clear();
  }

  #create(buffer: PooledBuffer, texelSize: TexelSize): Mirror | null {
    const rowBytes = Math.min(buffer.size, MIRROR_ROW_BYTES);
    const rows = buffer.size / rowBytes;
    if (!Number.isInteger(rows) || rows > this.#device.limits.maxTextureDimension2D) return null;
    const texture = this.#device.createTexture({
      size: [rowBytes / (4 * texelSize), rows],
      format: texelSize === 4 ? "rgba32float" : "r32float",
      usage: GPUTextureUsage.STORAGE_BINDING | GPUTextureUsage.COPY_DST,
    });
    const mirror = { texture, view: texture.createView(), copied: [] };
    this.#mirrors.set(keyOf(buffer, texelSize), mirror);
    return mirror;
  }
}

function keyOf(buffer: PooledBuffer, texelSize: TexelSize): string {
  return `${buffer.id}/${texelSize}`;
}
