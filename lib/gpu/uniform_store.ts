/** Immutable uniform contents, stored once each. @module */

/** Where one uniform block lies. */
export interface UniformSlot {
  readonly id: number;
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

const BLOCK_BYTES = 65536;

/**
 * Keeps uniform blocks by content: the sizes of a kernel's operands repeat from step to step, so a step that
 * was run once writes no uniforms the second time. Values that change from step to step belong in a storage
 * buffer instead.
 */
export class UniformStore {
  readonly #device: GPUDevice;
  readonly #slots = new Map<string, UniformSlot>();
  readonly #alignment: number;
  readonly #blocks: GPUBuffer[] = [];
  #used = BLOCK_BYTES;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#alignment = device.limits.minUniformBufferOffsetAlignment;
  }

  /** The slot that holds these 32-bit words. */
  get(words: Uint32Array<ArrayBuffer>): UniformSlot {
    const key = words.join();
    const known = this.#slots.get(key);
    if (known) return known;
    const size = Math.ceil(words.byteLength / 16) * 16;
    if (this.#used + size > BLOCK_BYTES) {
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
      this.#blocks.push(this.#device.createBuffer({ size: BLOCK_BYTES, usage }));
      this.#used = 0;
    }
    const slot = { id: this.#slots.size, buffer: this.#blocks.at(-1)!, offset: this.#used, size };
    this.#device.queue.writeBuffer(slot.buffer, slot.offset, words);
    this.#used = Math.ceil((this.#used + size) / this.#alignment) * this.#alignment;
    this.#slots.set(key, slot);
    return slot;
  }

  /** Destroys the blocks. */
  destroy(): void {
    for (const block of this.#blocks) block.destroy();
  }
}

/**
 * Packs numbers into 32-bit words for a uniform block: integers as `u32` (negative ones as `i32`), and values
 * wrapped by {@linkcode float} as `f32`.
 */
export function packUniform(values: readonly (number | Float)[]): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(values.length / 4) * 4);
  const floats = new Float32Array(words.buffer);
  values.forEach((value, i) => {
    if (typeof value === "number") words[i] = value;
    else floats[i] = value.float;
  });
  return words;
}

/** A number to be stored as `f32` in a uniform block. */
export interface Float {
  readonly float: number;
}

/** Marks a number as `f32` for a uniform block. */
export function float(value: number): Float {
  return { float: value };
}
