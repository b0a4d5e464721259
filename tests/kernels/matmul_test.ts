import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Gpu, openGpu } from "../../lib/gpu/gpu.ts";
import {
  type Epilogue,
  matmul,
  type MatmulOptions,
  type Matrix,
  matrixOf,
  rowRange,
} from "../../lib/kernels/matmul.ts";
import { gridOf, sharedForm, texturedForm } from "../../lib/kernels/matmul_choice.ts";
import { launchMatmul } from "../../lib/kernels/matmul_launch.ts";
import { Random } from "../../lib/tensor/random.ts";
import { recorded } from "../../lib/tensor/recorded.ts";
import { tensor, zeros } from "../../lib/tensor/tensor.ts";
import { type PlainMatrix, productTwin } from "./product_twin.ts";

interface Case {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly layout: "NN" | "NT" | "TN" | "TT";
  readonly epilogue?: Epilogue;
  readonly batch?: number;
  readonly alpha?: number;
  /** Elements beyond each row, and before the first. */
  readonly padding?: number;
  readonly offset?: number;
  /** Lengthens each row to a multiple of four. */
  readonly rounded?: boolean;
  /** Uses one B for the whole batch. */
  readonly sharedB?: boolean;
  /** In which k is summed. */
  readonly parts?: number;
  /** Instead of the form that would be chosen. */
  readonly form?: "textured" | "shared" | "without subgroups";
}

const LAYOUTS = ["NN", "NT", "TN", "TT"] as const;
const EPILOGUES = ["store", "accumulate", "residual", "relu", "reluMask"] as const;

/** A random matrix whose gaps are NaN, so that reading one shows. */
function plainMatrix(random: Random, rows: number, columns: number, batch: number, test: Case): PlainMatrix {
  const { padding = 0, offset = 0 } = test;
  const stride = test.rounded ? Math.ceil(columns / 4) * 4 : columns + padding;
  const batchStride = rows * stride + padding;
  const data = new Float32Array(offset + batch * batchStride + padding).fill(NaN);
  for (let z = 0; z < batch; z++) {
    for (let i = 0; i < rows; i++) {
      const start = offset + z * batchStride + i * stride;
      data.set(random.normalArray(columns), start);
    }
  }
  return { data, rows, columns, stride, offset, batchStride: batch === 1 ? 0 : batchStride };
}

function onGpu(gpu: Gpu, { data, ...place }: PlainMatrix): Matrix {
  return { ...place, tensor: tensor(gpu, new Float32Array(data)) };
}

/** Runs one case on the GPU and by loops, and compares all of C's buffer, gaps included. */
function check(gpu: Gpu, test: Case): void {
  const { m, n, k, layout, epilogue = "store", batch = 1, alpha = 1, parts = 1 } = test;
  const random = new Random(1);
  const [transposeA, transposeB] = [layout[0] === "T", layout[1] === "T"];
  const a = plainMatrix(random, transposeA ? k : m, transposeA ? m : k, batch, test);
  const b = plainMatrix(random, transposeB ? n : k, transposeB ? k : n, test.sharedB ? 1 : batch, test);
  const c = plainMatrix(random, m, n, batch, test);
  const d = plainMatrix(random, m, n, batch, test);
  const [ga, gb, gc, gd] = [a, b, c, d].map((matrix) => onGpu(gpu, matrix));
  const needsOperand = epilogue === "residual" || epilogue === "reluMask";
  const operand = needsOperand ? gd : undefined;
  if (!test.form) {
    matmul(ga, gb, gc, { transposeA, transposeB, batch, alpha, epilogue, operand });
  } else {
    const product = {
      ...{ layout, m, n, k, batch, parts },
      aligned: [n, a.stride, b.stride, c.stride].every((count) => count % 4 === 0),
      halfB: false,
      accumulate: epilogue === "accumulate",
      finish: epilogue === "accumulate" ? "store" as const : epilogue,
    };
    const subgroupSize = test.form === "without subgroups" ? 0 : gpu.subgroupSize;
    const form = test.form === "shared"
      ? sharedForm(product)
      : texturedForm(product, { software: true, subgroupSize });
    assert(gridOf(form, product).every((count) => count > 0));
    assert(launchMatmul(form, product, { a: ga, b: gb, c: gc, d: operand }, alpha));
  }
  const plain = { transposeA, transposeB, batch, alpha, epilogue, operand: needsOperand ? d : undefined };
  productTwin(a, b, c, plain);
  const found = gc.tensor.readFloats();
  const tolerance = 2e-6 * Math.sqrt(k) * 4;
  found.forEach((value, i) => {
    const close = Number.isNaN(c.data[i])
      ? Number.isNaN(value)
      : Math.abs(value - c.data[i]) <= tolerance * (1 + Math.abs(c.data[i]));
    assert(close, `${JSON.stringify(test)}: element ${i} is ${value}, not ${c.data[i]}`);
  });
  for (const matrix of [ga, gb, gc, gd]) matrix.tensor.dispose();
}

Deno.test("matmul agrees with loops at awkward sizes", async () => {
  using gpu = await openGpu();
  const sizes = [[1, 1, 1], [7, 33, 1], [1, 257, 7], [33, 7, 257], [257, 33, 33]];
  for (const layout of LAYOUTS) for (const [m, n, k] of sizes) check(gpu, { layout, m, n, k });
});

Deno.test("matmul agrees with loops at sizes that four divides", async () => {
  using gpu = await openGpu();
  const sizes = [[4, 4, 4], [8, 64, 64], [40, 68, 12], [36, 260, 33], [3, 12, 257]];
  for (const layout of LAYOUTS) {
    for (const [m, n, k] of sizes) check(gpu, { layout, m, n, k, rounded: true, offset: 4 });
    check(gpu, { layout, m: 12, n: 12, k: 12, padding: 4 });
    check(gpu, { layout, m: 8, n: 4, k: 0 });
  }
});

Deno.test("matmul applies its epilogues", async () => {
  using gpu = await openGpu();
  for (const epilogue of EPILOGUES) {
    for (const layout of ["NN", "NT", "TN"] as const) {
      check(gpu, { layout, epilogue, m: 20, n: 24, k: 16, alpha: -0.5 });
    }
    check(gpu, { layout: "NT", epilogue, m: 9, n: 7, k: 5, alpha: 2 });
  }
});

Deno.test("matmul works on batches, strided rows and views", async () => {
  using gpu = await openGpu();
  for (const [padding, offset] of [[4, 8], [3, 5]]) {
    for (const layout of ["NN", "NT", "TN"] as const) {
      const place = { padding, offset, batch: 3 };
      check(gpu, { layout, m: 12, n: 20, k: 8, ...place });
      check(gpu, { layout, m: 12, n: 20, k: 8, ...place, sharedB: true, epilogue: "accumulate" });
    }
  }
});

Deno.test("sums in parts are to the last bit those of the parts, added up", async () => {
  using gpu = await openGpu();
  const random = new Random(2);
  for (const [m, n, k, parts] of [[12, 20, 42, 2], [16, 64, 320, 2], [7, 9, 30, 2], [33, 68, 15, 3]]) {
    const [a, b] = [[k, m], [k, n]].map((shape) =>
      matrixOf(tensor(gpu, random.normalArray(shape[0] * shape[1]), shape))
    );
    const product = (first: number, rows: number, options: MatmulOptions) => {
      using c = tensor(gpu, new Float32Array(m * n).fill(0.5), [m, n]);
      const [left, right] = [a, b].map((matrix) => rowRange(matrix, first, rows));
      matmul(left, right, matrixOf(c), { transposeA: true, alpha: 1.7, ...options });
      return c.readFloats();
    };
    const all = Array.from({ length: parts }, (_, i) => product(i * k / parts, k / parts, {}));
    const sum = all.reduce((sum, part) => sum.map((value, i) => value + part[i]));
    if (!gpu.software) continue; // GPUs sum as they do without parts
    assertEquals(product(0, k, { parts }), sum);
    assertEquals(product(0, k, { parts, epilogue: "accumulate" }), sum.map((value) => 0.5 + value));
    assert(product(0, k, {}).some((value, i) => value !== sum[i]));
  }
  check(gpu, { layout: "TN", m: 12, n: 20, k: 42, parts: 2, form: "without subgroups" });
  const [a, b, c] = [[3, 4], [3, 4], [4, 4]].map((shape) => matrixOf(zeros(gpu, shape)));
  assertThrows(
    () => matmul(a, b, c, { transposeA: true, parts: 2 }),
    RangeError,
    "3 cannot be summed in 2 equal parts",
  );
});

Deno.test("matmul agrees with loops over many tiles", async () => {
  using gpu = await openGpu();
  check(gpu, { layout: "NN", m: 257, n: 260, k: 257, padding: 3 });
});

Deno.test("matmul stays right beyond the software adapter's 65,535 loop iterations", async () => {
  using gpu = await openGpu();
  check(gpu, { layout: "NT", m: 4, n: 4, k: 70_001, rounded: true, epilogue: "relu" });
  check(gpu, { layout: "TN", m: 4, n: 8, k: 280_000 });
  check(gpu, { layout: "NT", m: 8, n: 4, k: 280_000, epilogue: "residual" });
});

Deno.test("matmul's other forms agree with loops too", async () => {
  using gpu = await openGpu();
  const forms = gpu.software ? ["shared", "without subgroups"] as const : ["textured"] as const;
  for (const form of forms) {
    for (const layout of LAYOUTS) {
      check(gpu, { layout, form, m: 70, n: 40, k: 33 });
      if (form === "without subgroups") continue;
      check(gpu, { layout, form, m: 7, n: 65, k: 17 });
      check(gpu, { layout, form, m: 65, n: 7, k: 16 });
    }
    for (const epilogue of EPILOGUES) {
      check(gpu, { layout: "NN", form, epilogue, m: 24, n: 24, k: 8, batch: 2, padding: 4 });
    }
  }
  check(gpu, { layout: "NN", form: "shared", m: 520, n: 516, k: 8 });
});

Deno.test("matmul sees what was written since its last call, in recordings too", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array(16).fill(1), [4, 4]);
  using y = tensor(gpu, new Float32Array(16), [4, 4]);
  using z = tensor(gpu, new Float32Array(16), [4, 4]);
  const step = () => {
    matmul(matrixOf(x), matrixOf(x), matrixOf(y));
    matmul(matrixOf(y), matrixOf(x), matrixOf(z), { epilogue: "accumulate" });
    matmul(matrixOf(z), matrixOf(x), matrixOf(y));
  };
  step();
  assert(y.readFloats().every((value) => value === 64));
  x.write(new Float32Array(16).fill(0.5));
  using recording = recorded(gpu, step);
  recording.replay(); // z = 16 + 2
  assert(y.readFloats().every((value) => value === 36));
  recording.replay();
  assert(z.readFloats().every((value) => value === 20));
  step();
  assert(y.readFloats().every((value) => value === 44));
  x.write(new Float32Array(16).fill(1));
  recording.replay();
  assert(y.readFloats().every((value) => value === 4 * (22 + 16)));
  matmul(matrixOf(y), matrixOf(x), matrixOf(z));
  assert(z.readFloats().every((value) => value === 16 * (22 + 16)));
});

Deno.test("matmul refuses sizes that do not fit", async () => {
  using gpu = await openGpu();
  using x = tensor(gpu, new Float32Array(12), [3, 4]);
  assertThrows(() => matmul(matrixOf(x), matrixOf(x), matrixOf(x)), RangeError, "Cannot multiply");
});
