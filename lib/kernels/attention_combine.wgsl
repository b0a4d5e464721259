// out[b, t, head, :] = scale · Σ_s w[b, head, t, s] · x[b, s, head, :], with w [B, H, Tq, Tk] read as it is
// (t = query, s = key) or transposed (t = key, s = query). One thread for a row t and four lanes of a head;
// the rows of x are the same for all threads of a workgroup.
struct Sizes {
  heads: u32, rows: u32, terms: u32, lanes: u32,
  xStride: u32, xOffset: u32, outStride: u32, outOffset: u32,
  rowStep: u32, termStep: u32, // distances in w between rows t and between terms s
  sharedBy: u32, // heads that read one head of x
  summed: u32, // heads of w that add up in one head of out
  chunks: u32, scale: f32,
}
@group(0) @binding(0) var<storage, read> w: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<Lane>;
@group(0) @binding(2) var<storage, read_write> out: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

override THREADS: u32 = 8;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * THREADS + local.x;
  let head = group.y / sizes.chunks;
  let first = (group.y % sizes.chunks) * 4u;
  let batch = group.z;
  if (row >= sizes.rows) { return; }
  let last = sizes.lanes - 1u;
  let d1 = min(first + 1u, last);
  let d2 = min(first + 2u, last);
  let d3 = min(first + 3u, last);
  var s0 = spread(0.0);
  var s1 = spread(0.0);
  var s2 = spread(0.0);
  var s3 = spread(0.0);
  for (var g = 0u; g < sizes.summed; g++) {
    let source = head * sizes.summed + g;
    var wAt = (batch * sizes.heads + source) * sizes.rows * sizes.terms + row * sizes.rowStep;
    var xAt = batch * sizes.terms * sizes.xStride + sizes.xOffset + (source / sizes.sharedBy) * sizes.lanes;
    for (var s = 0u; s < sizes.terms; s++) {
      let weight = w[wAt];
      s0 += weight * x[xAt + first];
      s1 += weight * x[xAt + d1];
      s2 += weight * x[xAt + d2];
      s3 += weight * x[xAt + d3];
      wAt += sizes.termStep;
      xAt += sizes.xStride;
    }
  }
  let at = (batch * sizes.rows + row) * sizes.outStride + sizes.outOffset + head * sizes.lanes;
  out[at + first] = s0 * sizes.scale;
  if (first + 1u <= last) { out[at + first + 1u] = s1 * sizes.scale; }
  if (first + 2u <= last) { out[at + first + 2u] = s2 * sizes.scale; }
  if (first + 3u <= last) { out[at + first + 3u] = s3 * sizes.scale; }
}
