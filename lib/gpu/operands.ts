/** What a kernel's source says about its operands. @module */
import type { Place } from "./places.ts";

/** One binding of a kernel. */
export interface Operand {
  /** The binding number. */
  readonly binding: number;
  /** Which of the arguments of `dispatch` it is; usually equal to the binding number. */
  readonly argument: number;
  readonly place: Place;
  readonly access: "read" | "write";
}

const STORAGE = /@group\(0\)\s*@binding\((\d+)\)\s*var<\s*storage\s*,\s*(read|read_write)\s*>/g;
const TEXTURE =
  /@group\(0\)\s*@binding\((\d+)\)\s*var\s+\w+\s*:\s*texture_storage_2d<\s*(rgba32float|r32float|rgba16float)\s*,\s*(read|write)\s*>/g;

const PLACES = { rgba32float: "quads", r32float: "singles", rgba16float: "halves" } as const;

/** The storage buffers and storage textures that WGSL source declares. */
export function operandsOf(code: string): Operand[] {
  const buffers = Array.from(code.matchAll(STORAGE), ([, binding, access]): Operand => ({
    binding: Number(binding),
    argument: Number(binding),
    place: "buffer",
    access: access === "read" ? "read" : "write",
  }));
  const textures = Array.from(code.matchAll(TEXTURE), ([, binding, format, access]): Operand => ({
    binding: Number(binding),
    argument: Number(binding),
    place: PLACES[format as keyof typeof PLACES],
    access: access as "read" | "write",
  }));
  return [...buffers, ...textures];
}
