/** Textures beside buffers, for adapters that read textures faster. @module */
import type { PooledBuffer } from "./buffer_pool.ts";
import type { MirrorCopyCommand } from "./command.ts";
import type { Place } from "./places.ts";

/** A place other than the buffer itself. */
export type MirrorPlace = Exclude<Place, "buffer">;

/** Bytes of one row of a mirror. */
export const MIRROR_ROW_BYTES = 8192;

const FORMATS = { quads: "rgba32float", singles: "r32float" } as const;
const TEXEL_BYTES = { quads: 16, singles: 4 } as const;

interface Mirror {
  readonly texture: GPUTexture;
  readonly view: GPUTextureView;
}

/** Makes the mirrors of buffers, laid out flat: the texels follow each other row by row. */
export class Mirrors {
  readonly #device: GPUDevice;
  readonly #mirrors = { quads: new Map<number, Mirror>(), singles: new Map<number, Mirror>() };

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Whether a texture can hold a buffer of this size. */
  fit({ size }: PooledBuffer): boolean {
    return rowsOf(size) <= this.#device.limits.maxTextureDimension2D;
  }

  /** What a kernel binds to reach a mirror. */
  view(buffer: PooledBuffer, place: MirrorPlace): GPUTextureView {
    return this.#mirrorOf(buffer, place).view;
  }

  /** The copy of the whole contents into a mirror, or back. */
  copy(buffer: PooledBuffer, place: MirrorPlace, kind: "mirror" | "unmirror"): MirrorCopyCommand {
    const bytesPerRow = Math.min(buffer.size, MIRROR_ROW_BYTES);
    return {
      kind,
      buffer: buffer.handle,
      bytesPerRow,
      texture: this.#mirrorOf(buffer, place).texture,
      width: bytesPerRow / TEXEL_BYTES[place],
      height: rowsOf(buffer.size),
    };
  }

  /** Destroys the mirrors of a buffer. */
  forget(buffer: PooledBuffer): void {
    for (const mirrors of Object.values(this.#mirrors)) {
      mirrors.get(buffer.id)?.texture.destroy();
      mirrors.delete(buffer.id);
    }
  }

  /** Destroys all mirrors. */
  destroy(): void {
    for (const mirrors of Object.values(this.#mirrors)) {
      for (const { texture } of mirrors.values()) texture.destroy();
      mirrors.clear();
    }
  }

  #mirrorOf(buffer: PooledBuffer, place: MirrorPlace): Mirror {
    const known = this.#mirrors[place].get(buffer.id);
    if (known) return known;
    const { STORAGE_BINDING, COPY_DST, COPY_SRC } = GPUTextureUsage;
    const texture = this.#device.createTexture({
      size: [Math.min(buffer.size, MIRROR_ROW_BYTES) / TEXEL_BYTES[place], rowsOf(buffer.size)],
      format: FORMATS[place],
      usage: STORAGE_BINDING | COPY_DST | COPY_SRC,
    });
    const mirror = { texture, view: texture.createView() };
    this.#mirrors[place].set(buffer.id, mirror);
    return mirror;
  }
}

/** The pool's sizes are at most one row, or whole rows. */
function rowsOf(bytes: number): number {
  return Math.ceil(bytes / MIRROR_ROW_BYTES);
}
