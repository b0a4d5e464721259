// C = epilogue(alpha · op(A) op(B)), one thread per element of C.
// A, B, C are row-major with row strides; z counts the batch.

struct Sizes {
  m: u32, n: u32, k: u32, epilogue: u32,
  strideA: u32, strideB: u32, strideC: u32, strideD: u32,
  offsetA: u32, offsetB: u32, offsetC: u32, offsetD: u32,
  batchA: u32, batchB: u32, batchC: u32, batchD: u32,
  transposeA: u32, transposeB: u32, alpha: f32,
}

@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@group(0) @binding(3) var<storage, read> d: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  let row = id.y;
  if (row >= sizes.m || column >= sizes.n) { return; }
  var at = sizes.offsetA + id.z * sizes.batchA + row * select(sizes.strideA, 1u, sizes.transposeA == 1u);
  var bt = sizes.offsetB + id.z * sizes.batchB + column * select(1u, sizes.strideB, sizes.transposeB == 1u);
  let stepA = select(1u, sizes.strideA, sizes.transposeA == 1u);
  let stepB = select(sizes.strideB, 1u, sizes.transposeB == 1u);
  var sum = 0.0;
  for (var k = 0u; k < sizes.k; k++) {
    sum += a[at] * b[bt];
    at += stepA;
    bt += stepB;
  }
  sum *= sizes.alpha;
  let out = sizes.offsetC + id.z * sizes.batchC + row * sizes.strideC + column;
  let other = sizes.offsetD + id.z * sizes.batchD + row * sizes.strideD + column;
  switch (sizes.epilogue) {
    case 1u: { c[out] += sum; }
    case 2u: { c[out] = sum + d[other]; }
    case 3u: { c[out] = max(sum, 0.0); }
    case 4u: { c[out] = select(0.0, sum, d[other] > 0.0); }
    default: { c[out] = sum; }
  }
}
