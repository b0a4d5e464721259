// What all attention kernels share. Queries, keys and values are columns of tensors [B·T, stride]; the heads of a
// group share one head of keys and values. Constants set for each kernel: HEAD, the lanes of a head; TILE, the
// rows a thread works on; BIASED, MASKED, CAUSAL.
struct Sizes {
  batch: u32, heads: u32, group: u32, queries: u32, keys: u32, past: u32,
  qStride: u32, qFirst: u32, kStride: u32, kFirst: u32, vStride: u32, vFirst: u32, across: u32, scale: f32,
}
@group(0) @binding(0) var<storage, read> q: array<Lane>;
@group(0) @binding(1) var<storage, read> k: array<Lane>;
@group(0) @binding(2) var<storage, read> v: array<Lane>;
@group(0) @binding(3) var<storage, read> bias: array<f32>; // [Tq, Tk, H]
@group(0) @binding(4) var<storage, read> mask: array<f32>; // [B, Tk], 0 = hidden

const HIDDEN = -3.0e38;

// A score with its bias, from the scaled product of a query and a key.
fn biased(s: Sizes, product: f32, head: u32, query: u32, key: u32) -> f32 {
  var score = product;
  if (BIASED) { score += bias[(query * s.keys + key) * s.heads + head]; }
  if (CAUSAL) { score = select(HIDDEN, score, key <= query + s.past); }
  return score;
}

fn isHidden(s: Sizes, batch: u32, key: u32) -> bool {
  if (MASKED) { return mask[batch * s.keys + key] == 0.0; }
  return false;
}
