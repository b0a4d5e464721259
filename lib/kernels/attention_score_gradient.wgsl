// dS = P ⊙ (dC Vᵀ − rowsum(dC ⊙ C)) [B, H, Tq, Tk]: the gradient of the scores before the softmax,
// from the context C [B·Tq, …] and its gradient dC. One thread a query.
struct Sizes {
  heads: u32, queries: u32, keys: u32, lanes: u32,
  cStride: u32, vStride: u32, vOffset: u32, group: u32,
}
@group(0) @binding(0) var<storage, read> p: array<f32>;
@group(0) @binding(1) var<storage, read> context: array<Lane>;
@group(0) @binding(2) var<storage, read> dContext: array<Lane>;
@group(0) @binding(3) var<storage, read> v: array<Lane>;
@group(0) @binding(4) var<storage, read_write> dS: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

override THREADS: u32 = 8;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let query = group.x * THREADS + local.x;
  let head = group.y;
  let batch = group.z;
  if (query >= sizes.queries) { return; }
  let cStart = (batch * sizes.queries + query) * sizes.cStride + head * sizes.lanes;
  let vStart = batch * sizes.keys * sizes.vStride + sizes.vOffset + (head / sizes.group) * sizes.lanes;
  let row = ((batch * sizes.heads + head) * sizes.queries + query) * sizes.keys;
  var pull = spread(0.0);
  for (var d = 0u; d < sizes.lanes; d++) { pull += dContext[cStart + d] * context[cStart + d]; }
  let mean = total(pull);
  for (var j = 0u; j < sizes.keys; j += 4u) {
    let v0 = vStart + j * sizes.vStride;
    let v1 = vStart + min(j + 1u, sizes.keys - 1u) * sizes.vStride;
    let v2 = vStart + min(j + 2u, sizes.keys - 1u) * sizes.vStride;
    let v3 = vStart + min(j + 3u, sizes.keys - 1u) * sizes.vStride;
    var s0 = spread(0.0);
    var s1 = spread(0.0);
    var s2 = spread(0.0);
    var s3 = spread(0.0);
    for (var d = 0u; d < sizes.lanes; d++) {
      let lane = dContext[cStart + d];
      s0 += lane * v[v0 + d];
      s1 += lane * v[v1 + d];
      s2 += lane * v[v2 + d];
      s3 += lane * v[v3 + d];
    }
    dS[row + j] = p[row + j] * (total(s0) - mean);
    if (j + 1u < sizes.keys) { dS[row + j + 1u] = p[row + j + 1u] * (total(s1) - mean); }
    if (j + 2u < sizes.keys) { dS[row + j + 2u] = p[row + j + 2u] * (total(s2) - mean); }
    if (j + 3u < sizes.keys) { dS[row + j + 3u] = p[row + j + 3u] * (total(s3) - mean); }
  }
}
