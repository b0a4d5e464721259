/**
 * Rewriting kernels so that they read and write textures instead of buffers, for the software adapter.
 *
 * Kernels are written once, as ordinary WGSL over arrays:
 *
 * ```wgsl
 * @group(0) @binding(0) var<storage, read> x: array<vec4f>;
 * @group(0) @binding(1) var<storage, read_write> y: array<vec4f>;
 * … y[i] = 2.0 * x[i];
 * ```
 *
 * On Mesa's llvmpipe a load from a buffer is a loop over the lanes, some twenty times as dear as a load from a
 * texture. So there `x` becomes a texture, `x[i]` a load of texel i, and `y[i] = …` a store:
 *
 * ```wgsl
 * @group(0) @binding(0) var x: texture_storage_2d<rgba32float, read>;
 * @group(0) @binding(1) var y: texture_storage_2d<rgba32float, write>;
 * … textureStore(y, texel(i), 2.0 * x_at(i));
 * ```
 *
 * What is rewritten, by the declaration and use of an operand (`Lane` stands for `vec4f` or `f32`):
 *
 * | operand | becomes |
 * |---|---|
 * | `read`, `array<vec4f>` or `array<f32>` | a texture to read |
 * | `read_write`, `array<vec4f>`, only assigned to | a texture to write |
 * | `read_write`, read as well | its reads go to a texture, its writes to the buffer: no element may be read after the launch has written it |
 * | anything else: integers, single values, `array<f32>` only assigned to | left in the buffer |
 *
 * @module
 */
import { type Operand, operandsOf } from "./operands.ts";

/** A kernel's source and operands. */
export interface Source {
  readonly code: string;
  readonly operands: readonly Operand[];
}

const DECLARATION =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<\s*storage\s*,\s*(read|read_write)\s*>\s*(\w+)\s*:\s*array<(\w+)>;/g;
const TEXEL = "fn texel(i: u32) -> vec2u { return vec2u(i & 2047u, i >> 11u); }\n";

/** The source for adapters that read textures faster than buffers; what needs no change stays as it is. */
export function mirroredSource(original: string): Source {
  let code = original.replace(/\/\/.*$/gm, "");
  const lane = /alias Lane = (\w+);/.exec(code)?.[1];
  const declarations = [...code.matchAll(DECLARATION)];
  let nextBinding = Math.max(...Array.from(code.matchAll(/@binding\((\d+)\)/g), ([, n]) => Number(n))) + 1;
  const arguments_ = new Map<number, number>();
  for (const [declaration, binding, access, name, named] of declarations) {
    const type = named === "Lane" ? lane : named;
    if (type !== "vec4f" && type !== "f32") continue;
    const { reads, writes } = usesOf(code, name);
    const load = (index: string) => `${name}_at(${index})`;
    if (!writes) {
      code = code.replace(declaration, readTexture(Number(binding), name, type));
      code = rewrite(code, name, load, null);
    } else if (reads) {
      arguments_.set(nextBinding, Number(binding));
      code = code.replace(declaration, declaration + "\n" + readTexture(nextBinding++, `${name}_old`, type));
      code = rewrite(
        code,
        name,
        (index) => `${name}_old_at(${index})`,
        (index, value) => `${name}[${index}] = ${value};`,
      );
    } else if (type === "vec4f") {
      const texture = `@group(0) @binding(${binding}) var ${name}: texture_storage_2d<rgba32float, write>;`;
      code = code.replace(declaration, texture);
      code = rewrite(code, name, load, (index, value) => `textureStore(${name}, texel(${index}), ${value});`);
    }
    if (access === "read" && writes) {
      throw new Error(`The kernel assigns to "${name}", which it declares read-only.`);
    }
  }
  if (code.includes("texel(")) code = TEXEL + code;
  const operands = operandsOf(code).map((operand) => ({
    ...operand,
    argument: arguments_.get(operand.binding) ?? operand.argument,
  }));
  return { code, operands };
}

function readTexture(binding: number, name: string, type: string): string {
  return [
    `@group(0) @binding(${binding}) var ${name}: texture_storage_2d<rgba32float, read>;`,
    type === "vec4f"
      ? `fn ${name}_at(i: u32) -> vec4f { return textureLoad(${name}, texel(i)); }`
      : `fn ${name}_at(i: u32) -> f32 { return textureLoad(${name}, texel(i >> 2u))[i & 3u]; }`,
  ].join("\n");
}

/** One use `name[index]`, or the assignment `name[index] op= value;`. */
interface Use {
  readonly start: number;
  readonly end: number;
  readonly index: string;
  /** `""` in a plain assignment, `"+"` in `+=`; null where the element is read. */
  readonly operator: string | null;
  readonly value: string;
}

function* usesIn(code: string, name: string): Generator<Use> {
  const pattern = new RegExp(`\\b${name}\\[`, "g");
  for (let match = pattern.exec(code); match; match = pattern.exec(code)) {
    const open = pattern.lastIndex;
    let close = open;
    for (let depth = 1; depth > 0; close++) depth += code[close] === "[" ? 1 : code[close] === "]" ? -1 : 0;
    const index = code.slice(open, close - 1);
    const assignment = /^\s*([-+*/]?)=(?!=)\s*([^;]*);/.exec(code.slice(close));
    const end = close + (assignment?.[0].length ?? 0);
    yield { start: match.index, end, index, operator: assignment?.[1] ?? null, value: assignment?.[2] ?? "" };
    pattern.lastIndex = end;
  }
}

function usesOf(code: string, name: string): { reads: boolean; writes: boolean } {
  let [reads, writes] = [false, false];
  for (const { index, operator, value } of usesIn(code, name)) {
    if (operator === null) reads = true;
    else writes = true;
    const nested = usesOf(`${index} ${value}`, name);
    reads ||= nested.reads || Boolean(operator);
  }
  return { reads, writes };
}

function rewrite(
  code: string,
  name: string,
  load: (index: string) => string,
  store: ((index: string, value: string) => string) | null,
): string {
  let result = "";
  let copied = 0;
  for (const use of usesIn(code, name)) {
    const index = rewrite(use.index, name, load, null);
    const value = rewrite(use.value, name, load, null);
    result += code.slice(copied, use.start);
    if (use.operator === null) result += load(index);
    else result += store!(index, use.operator ? `${load(index)} ${use.operator} (${value})` : value);
    copied = use.end;
  }
  return result + code.slice(copied);
}
