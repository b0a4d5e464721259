// Attention probabilities P [B, H, Tq, Tk]: softmax over keys of scale · q·k + bias, masked.
// One thread a query; the keys it reads are the same for all threads of a workgroup.
struct Sizes {
  heads: u32, queries: u32, keys: u32, lanes: u32,
  qStride: u32, qOffset: u32, kStride: u32, kOffset: u32,
  group: u32, causal: u32, hasBias: u32, hasMask: u32,
  scale: f32, past: u32,
}
@group(0) @binding(0) var<storage, read> q: array<Lane>;
@group(0) @binding(1) var<storage, read> k: array<Lane>;
@group(0) @binding(2) var<storage, read> bias: array<f32>; // [Tq, Tk, H]
@group(0) @binding(3) var<storage, read> mask: array<i32>; // [B, Tk], 0 = hidden
@group(0) @binding(4) var<storage, read_write> p: array<f32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

override THREADS: u32 = 8;

@compute @workgroup_size(THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let query = group.x * THREADS + local.x;
  let head = group.y;
  let batch = group.z;
  if (query >= sizes.queries) { return; }
  let qStart = (batch * sizes.queries + query) * sizes.qStride + sizes.qOffset + head * sizes.lanes;
  let kStart = batch * sizes.keys * sizes.kStride + sizes.kOffset + (head / sizes.group) * sizes.lanes;
  let row = ((batch * sizes.heads + head) * sizes.queries + query) * sizes.keys;
  var largest = -3.0e38;
  for (var j = 0u; j < sizes.keys; j += 4u) {
    var products = array<f32, 4>(0.0, 0.0, 0.0, 0.0);
    let k0 = kStart + j * sizes.kStride;
    let k1 = kStart + min(j + 1u, sizes.keys - 1u) * sizes.kStride;
    let k2 = kStart + min(j + 2u, sizes.keys - 1u) * sizes.kStride;
    let k3 = kStart + min(j + 3u, sizes.keys - 1u) * sizes.kStride;
    var s0 = spread(0.0);
    var s1 = spread(0.0);
    var s2 = spread(0.0);
    var s3 = spread(0.0);
    for (var d = 0u; d < sizes.lanes; d++) {
      let lane = q[qStart + d];
      s0 += lane * k[k0 + d];
      s1 += lane * k[k1 + d];
      s2 += lane * k[k2 + d];
      s3 += lane * k[k3 + d];
    }
    products[0] = total(s0);
    products[1] = total(s1);
    products[2] = total(s2);
    products[3] = total(s3);
    for (var i = 0u; i < 4u; i++) {
      let key = j + i;
      if (key < sizes.keys) {
        var score = products[i] * sizes.scale;
        if (sizes.hasBias == 1u) { score += bias[(query * sizes.keys + key) * sizes.heads + head]; }
        if (sizes.hasMask == 1u) { score = select(-3.0e38, score, mask[batch * sizes.keys + key] != 0); }
        if (sizes.causal == 1u) { score = select(-3.0e38, score, key <= query + sizes.past); }
        p[row + key] = score;
        largest = max(largest, score);
      }
    }
  }
  var sum = 0.0;
  for (var j = 0u; j < sizes.keys; j++) {
    let e = exp(p[row + j] - largest);
    sum += e;
    p[row + j] = e;
  }
  let inverse = 1.0 / sum;
  for (var j = 0u; j < sizes.keys; j++) { p[row + j] *= inverse; }
}
