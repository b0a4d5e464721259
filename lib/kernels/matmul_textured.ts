/**
 * The matrix product for the software adapter (Mesa's llvmpipe).
 *
 * llvmpipe turns a load from a buffer into a loop over the lanes, about ten times as dear as a texture load,
 * which is some sixty branch-free instructions for eight lanes of four floats. So all operands are read from
 * textures. A tile of C belongs to one subgroup: its columns are spread over the lanes, its rows are looped
 * over, and the values of A, equal for all lanes, are loaded for as many rows at once as there are lanes and
 * handed round by `subgroupBroadcast`, a single instruction.
 *
 * @module
 */
import { MIRROR_ROW_BYTES } from "../gpu/mirrors.ts";
import { finished, readsOperand, SIZES, type TexturedForm } from "./matmul_form.ts";

/** For a B that is packed in float16, with texels of four. */
const HALF_TEXTURE = "texture_storage_2d<rgba16float, read>";
const TEXTURE = { 4: "texture_storage_2d<rgba32float, read>", 1: "texture_storage_2d<r32float, read>" };

/** WGSL of the textured form. "Quad" means four neighbouring elements of a row. */
export function texturedMatmul(form: TexturedForm): string {
  return [
    declarations(form),
    `@compute @workgroup_size(${form.lanes})`,
    "fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {",
    setup(form),
    ...(form.inParts ? sumOfParts(form) : ["let first = 0u; let end = k;", ...sums(form)]),
    ...stores(form),
    "}",
  ].join("\n");
}

/** Adds up `c{r}_{q}` over `first` to `end`. */
function sums(form: TexturedForm): string[] {
  return [
    ...starts(form),
    "for (var kk = first; kk < end; kk += 4u) {",
    "let left = vec4<bool>(true, kk + 1u < end, kk + 2u < end, kk + 3u < end);",
    ...loadsOfB(form),
    ...loadsOfA(form),
    ...products(form),
    "}",
  ];
}

/** The same part after part, every one from zero. Each is multiplied here: compilers would make one product of their sum. */
function sumOfParts(form: TexturedForm): string[] {
  const all = [...tile(form)].map(([r, q]) => `${r}_${q}`);
  return [
    ...all.map((i) => `var sum${i} = vec4f();`),
    "let depth = sizes.depth;",
    "for (var first = 0u; first < k; first += depth) {",
    "let end = first + depth;",
    ...all.map((i) => `c${i} = vec4f();`),
    ...sums(form),
    ...all.map((i) => `sum${i} += alpha * c${i};`),
    "}",
    ...all.map((i) => `c${i} = sum${i};`),
  ];
}

/** Texels from one quad to the next. */
function quadStep(form: TexturedForm): number {
  return 4 / form.texelSize;
}

function operands(form: TexturedForm): string[] {
  return ["a", "b", ...(readsOperand(form) ? ["d"] : [])];
}

function declarations(form: TexturedForm): string {
  const names = operands(form);
  const read = names.flatMap((name, binding) => {
    const half = name === "b" && form.halfB;
    const row = MIRROR_ROW_BYTES / (half ? 2 : 4) / form.texelSize;
    const place = `vec2u(i & ${row - 1}u, i >> ${Math.log2(row)}u)`;
    return [
      `@group(0) @binding(${binding}) var ${name}: ${half ? HALF_TEXTURE : TEXTURE[form.texelSize]};`,
      ...(form.texelSize === 4
        ? [`fn ${name}At(i: u32) -> vec4f { return textureLoad(${name}, ${place}); }`]
        : [
          `fn ${name}Texel(i: u32) -> f32 { return textureLoad(${name}, ${place}).x; }`,
          `fn ${name}At(i: u32) -> vec4f {`,
          `  return vec4f(${[0, 1, 2, 3].map((j) => `${name}Texel(i + ${j}u)`).join(", ")});`,
          "}",
        ]),
    ];
  });
  const element = form.texelSize === 4 ? "vec4f" : "f32";
  return [
    SIZES,
    ...read,
    `@group(0) @binding(${names.length}) var<storage, read_write> c: array<${element}>;`,
    `@group(0) @binding(${names.length + 1}) var<uniform> sizes: Sizes;`,
  ].join("\n");
}

/** Reads every uniform once: inside a branch llvmpipe would gather it lane by lane. */
function setup(form: TexturedForm): string {
  const { rows, quads, lanes } = form;
  const step = quadStep(form);
  const lines = [
    "let m = sizes.m; let n = sizes.n; let k = sizes.k; let alpha = sizes.alpha;",
    "let strideA = sizes.strideA; let strideB = sizes.strideB; let strideC = sizes.strideC;",
    `let row = group.y * ${rows}u; let quad = group.x * ${quads * lanes}u + lane;`,
    "let a0 = sizes.offsetA + group.z * sizes.batchA; let b0 = sizes.offsetB + group.z * sizes.batchB;",
    `let c0 = sizes.offsetC + group.z * sizes.batchC + row * strideC + quad * ${step}u;`,
  ];
  if (readsOperand(form)) {
    lines.push(
      "let strideD = sizes.strideD;",
      `let d0 = sizes.offsetD + group.z * sizes.batchD + row * strideD + quad * ${step}u;`,
    );
  }
  for (const [r, q] of tile(form)) lines.push(`var c${r}_${q} = vec4f();`);
  return lines.join("\n");
}

/** Where the lane's elements of A and B begin: at row `first` of what is stored by k. */
function starts(form: TexturedForm): string[] {
  const { layout, broadcast } = form;
  const step = quadStep(form);
  const a = () => {
    if (layout[0] === "N") {
      return broadcast ? "let aLane = a0 + (row + lane) * strideA;" : "let aRow = a0 + row * strideA;";
    }
    return broadcast
      ? `var aLane = a0 + (first + (lane & 3u)) * strideA + ((row >> 2u) + (lane >> 2u)) * ${step}u;`
      : `var aRow = a0 + first * strideA + (row >> 2u) * ${step}u;`;
  };
  const b = layout[1] === "N"
    ? `var bRow = b0 + first * strideB + quad * ${step}u;`
    : "let bRow = b0 + quad * 4u * strideB;";
  return [a(), b];
}

/** `b{q}_{j}`: row `kk + j` of op(B), the lane's quad `q`; zero beyond k. */
function loadsOfB({ layout, quads, lanes, texelSize }: TexturedForm): string[] {
  const step = 4 / texelSize;
  const lines: string[] = [];
  for (let q = 0; q < quads; q++) {
    for (let j = 0; j < 4; j++) {
      if (layout[1] === "N") {
        const load = `bAt(bRow + ${j}u * strideB + ${q * lanes * step}u)`;
        lines.push(`let b${q}_${j} = ${j ? `select(vec4f(), ${load}, left[${j}])` : load};`);
      } else {
        const load = `bAt(bRow + ${4 * q * lanes + j}u * strideB + (kk >> 2u) * ${step}u)`;
        lines.push(`let t${q}_${j} = select(vec4f(), ${load}, left);`);
      }
    }
    if (layout[1] === "T") {
      for (let j = 0; j < 4; j++) {
        const column = [0, 1, 2, 3].map((i) => `t${q}_${i}[${j}]`).join(", ");
        lines.push(`let b${q}_${j} = vec4f(${column});`);
      }
    }
  }
  if (layout[1] === "N") lines.push("bRow += 4u * strideB;");
  return lines;
}

/** `a{g}`: with `broadcast`, what lane by lane covers `lanes` rows and four columns of op(A). */
function loadsOfA({ layout, rows, lanes, broadcast, texelSize }: TexturedForm): string[] {
  const step = 4 / texelSize;
  const lines: string[] = [];
  if (broadcast) {
    for (let g = 0; g < rows / lanes; g++) {
      lines.push(
        layout[0] === "N"
          ? `let a${g} = select(vec4f(), aAt(aLane + ${g * lanes}u * strideA + (kk >> 2u) * ${step}u), left);`
          : `let a${g} = select(vec4f(), aAt(aLane + ${g * lanes / 4 * step}u), kk + (lane & 3u) < end);`,
      );
    }
    if (layout[0] === "T") lines.push("aLane += 4u * strideA;");
    return lines;
  }
  if (layout[0] === "N") {
    for (let r = 0; r < rows; r++) {
      lines.push(
        `let a${r} = select(vec4f(), aAt(aRow + ${r}u * strideA + (kk >> 2u) * ${step}u), left);`,
      );
    }
    return lines;
  }
  for (let h = 0; h < rows / 4; h++) {
    for (let j = 0; j < 4; j++) {
      lines.push(`let a${h}_${j} = select(vec4f(), aAt(aRow + ${j}u * strideA + ${h * step}u), left[${j}]);`);
    }
  }
  lines.push("aRow += 4u * strideA;");
  return lines;
}

/** The element of op(A) in row `r` and column `kk + j`, as loaded by {@linkcode loadsOfA}. */
function elementOfA({ layout, lanes, broadcast }: TexturedForm, r: number, j: number): string {
  if (!broadcast) return layout[0] === "N" ? `a${r}[${j}]` : `a${r >> 2}_${j}[${r & 3}]`;
  const group = Math.floor(r / lanes);
  if (layout[0] === "N") return `subgroupBroadcast(a${group}[${j}], ${r % lanes}u)`;
  return `subgroupBroadcast(a${group}[${r & 3}], ${j + 4 * ((r % lanes) >> 2)}u)`;
}

function products(form: TexturedForm): string[] {
  const lines: string[] = [];
  for (let r = 0; r < form.rows; r++) {
    for (let j = 0; j < 4; j++) lines.push(`let x${r}_${j} = ${elementOfA(form, r, j)};`);
    for (let q = 0; q < form.quads; q++) {
      lines.push(`c${r}_${q} += ${[0, 1, 2, 3].map((j) => `x${r}_${j} * b${q}_${j}`).join(" + ")};`);
    }
  }
  return lines;
}

function stores(form: TexturedForm): string[] {
  const { quads, rows, lanes, texelSize, accumulate, finish } = form;
  const step = quadStep(form);
  const lines: string[] = [];
  for (let q = 0; q < quads; q++) {
    const column = `4u * (quad + ${q * lanes}u)`;
    lines.push(`if (${column} < n) {`);
    for (let r = 0; r < rows; r++) {
      const place = (start: string, stride: string) => `${start} + ${r}u * ${stride} + ${q * lanes * step}u`;
      let value = form.inParts ? `c${r}_${q}` : `alpha * c${r}_${q}`;
      if (accumulate) value = `${texelSize === 4 ? "c[i]" : oldSingles(column)} + ${value}`;
      const operand = readsOperand(form) ? `dAt(${place("d0", "strideD")})` : "";
      lines.push(`if (row + ${r}u < m) { let i = ${place("c0", "strideC")};`);
      lines.push(`let v = ${finished(finish, `(${value})`, operand, "vec4f()")};`);
      if (texelSize === 4) lines.push("c[i] = v; }");
      else {
        lines.push("c[i] = v.x;");
        for (let j = 1; j < 4; j++) lines.push(`if (${column} + ${j}u < n) { c[i + ${j}u] = v[${j}]; }`);
        lines.push("}");
      }
    }
    lines.push("}");
  }
  return lines;
}

/** What C held, as a quad: beyond the last column zero. */
function oldSingles(column: string): string {
  return `vec4f(c[i], ${
    [1, 2, 3].map((j) => `select(0.0, c[i + ${j}u], ${column} + ${j}u < n)`).join(", ")
  })`;
}

function* tile({ rows, quads }: TexturedForm): Iterable<[number, number]> {
  for (let r = 0; r < rows; r++) for (let q = 0; q < quads; q++) yield [r, q];
}
