/** The matrix product for GPUs, tiled through workgroup memory. @module */
import { finished, readsOperand, type SharedForm, SIZES } from "./matmul_form.ts";

/** Columns of op(A) in one staged tile. */
const DEPTH = 16;
const THREADS = 16;

/** WGSL of the shared form: 16 × 16 threads, each with `rows` × `columns` elements of C, 16 apart. */
export function sharedMatmul(form: SharedForm): string {
  const { rows, columns, layout } = form;
  const [tileRows, tileColumns] = [rows * THREADS, columns * THREADS];
  const sums = range(rows * columns).map((i) => `var s${i} = 0.0;`);
  return [
    declarations(form),
    `var<workgroup> aTile: array<f32, ${tileRows * DEPTH}>; // [${DEPTH}, ${tileRows}]`,
    `var<workgroup> bTile: array<f32, ${tileColumns * DEPTH}>; // [${DEPTH}, ${tileColumns}]`,
    `@compute @workgroup_size(${THREADS}, ${THREADS})`,
    "fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u,",
    "  @builtin(local_invocation_index) thread: u32) {",
    `let row = group.y * ${tileRows}u; let column = group.x * ${tileColumns}u;`,
    "let a0 = sizes.offsetA + group.z * sizes.batchA; let b0 = sizes.offsetB + group.z * sizes.batchB;",
    ...sums,
    `for (var k0 = 0u; k0 < sizes.k; k0 += ${DEPTH}u) {`,
    ...stage("a", layout[0] === "N", rows, "row", "sizes.m", "sizes.strideA"),
    ...stage("b", layout[1] === "T", columns, "column", "sizes.n", "sizes.strideB"),
    "workgroupBarrier();",
    `for (var j = 0u; j < ${DEPTH}u; j++) {`,
    ...range(rows).map((r) => `let x${r} = aTile[j * ${tileRows}u + local.y + ${r * THREADS}u];`),
    ...range(columns).map((c) => `let y${c} = bTile[j * ${tileColumns}u + local.x + ${c * THREADS}u];`),
    ...range(rows).flatMap((r) => range(columns).map((c) => `s${r * columns + c} += x${r} * y${c};`)),
    "}",
    "workgroupBarrier();",
    "}",
    ...stores(form),
    "}",
  ].join("\n");
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function declarations(form: SharedForm): string {
  const operand = readsOperand(form);
  const c = operand ? 3 : 2;
  return [
    SIZES,
    "@group(0) @binding(0) var<storage, read> a: array<f32>;",
    `@group(0) @binding(1) var<storage, read> b: array<${form.halfB ? "u32" : "f32"}>;`,
    `fn aAt(i: u32) -> f32 { return a[i]; }`,
    `fn bAt(i: u32) -> f32 { return ${form.halfB ? "unpack2x16float(b[i >> 1u])[i & 1u]" : "b[i]"}; }`,
    ...(operand ? ["@group(0) @binding(2) var<storage, read> d: array<f32>;"] : []),
    `@group(0) @binding(${c}) var<storage, read_write> c: array<f32>;`,
    `@group(0) @binding(${c + 1}) var<uniform> sizes: Sizes;`,
  ].join("\n");
}

/**
 * Loads a tile of an operand, zero beyond its edge: neighbouring threads take neighbouring elements of a row.
 * `alongDepth` says that its rows run along k.
 */
function stage(
  name: "a" | "b",
  alongDepth: boolean,
  parts: number,
  start: string,
  end: string,
  stride: string,
): string[] {
  const width = parts * THREADS;
  return range(parts).flatMap((part) => {
    const index = `thread + ${part * THREADS * THREADS}u`;
    const [outer, depth] = alongDepth
      ? [`((${index}) / ${DEPTH}u)`, `((${index}) % ${DEPTH}u)`]
      : [`((${index}) % ${width}u)`, `((${index}) / ${width}u)`];
    const place = alongDepth
      ? `(${start} + ${outer}) * ${stride} + k0 + ${depth}`
      : `(k0 + ${depth}) * ${stride} + ${start} + ${outer}`;
    return [
      `{ var v = 0.0; if (${start} + ${outer} < ${end} && k0 + ${depth} < sizes.k) {`,
      `v = ${name}At(${name}0 + ${place}); }`,
      `${name}Tile[${depth} * ${width}u + ${outer}] = v; }`,
    ];
  });
}

function stores(form: SharedForm): string[] {
  const { rows, columns, accumulate, finish } = form;
  return range(rows * columns).flatMap((i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    const value = `${accumulate ? "c[i] + " : ""}sizes.alpha * s${i}`;
    const operand = "d[sizes.offsetD + group.z * sizes.batchD + y * sizes.strideD + x]";
    return [
      `{ let y = row + local.y + ${r * THREADS}u; let x = column + local.x + ${c * THREADS}u;`,
      "if (y < sizes.m && x < sizes.n) {",
      "let i = sizes.offsetC + group.z * sizes.batchC + y * sizes.strideC + x;",
      `c[i] = ${finished(finish, `(${value})`, operand, "0.0")}; } }`,
    ];
  });
}
