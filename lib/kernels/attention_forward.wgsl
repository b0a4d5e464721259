// The context C [B·Tq, H·D] = softmax(scale · q kᵀ + bias) v, and for each query of each head the largest score
// and 1 / Σ exp(score − largest), from which the backward pass restores the probabilities. One pass over the keys,
// the sums rescaled whenever a larger score comes (Milakov and Gimelshein, 2018).
@group(0) @binding(5) var<storage, read_write> context: array<Lane>;
@group(0) @binding(6) var<storage, read_write> extremes: array<vec4f>; // [B, H, Tq]: largest, 1 / sum
@group(0) @binding(7) var<uniform> sizes: Sizes;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = sizes;
  let tiles = (s.queries + TILE - 1u) / TILE;
  let item = id.y * s.across + id.x;
  let batch = item / (tiles * s.heads);
  if (batch >= s.batch) { return; }
  let head = (item / tiles) % s.heads;
  let first = (item % tiles) * TILE;
  var query: array<Lane, TILE * HEAD>;
  var sum: array<Lane, TILE * HEAD>;
  var largest: array<f32, TILE>;
  var norm: array<f32, TILE>;
  for (var t = 0u; t < TILE; t++) {
    let at = (batch * s.queries + min(first + t, s.queries - 1u)) * s.qStride + s.qFirst + head * HEAD;
    for (var d = 0u; d < HEAD; d++) { query[t * HEAD + d] = q[at + d] * s.scale; }
    largest[t] = HIDDEN;
  }
  let kFirst = batch * s.keys * s.kStride + s.kFirst + (head / s.group) * HEAD;
  let vFirst = batch * s.keys * s.vStride + s.vFirst + (head / s.group) * HEAD;
  for (var key = 0u; key < s.keys; key++) {
    let hidden = isHidden(s, batch, key);
    var products = array<Lane, TILE>();
    for (var d = 0u; d < HEAD; d++) {
      let lane = k[kFirst + key * s.kStride + d];
      for (var t = 0u; t < TILE; t++) { products[t] += lane * query[t * HEAD + d]; }
    }
    var weight: array<f32, TILE>;
    for (var t = 0u; t < TILE; t++) {
      let row = min(first + t, s.queries - 1u);
      let score = select(biased(s, total(products[t]), head, row, key), HIDDEN, hidden);
      let next = max(largest[t], score);
      let shrink = exp(largest[t] - next);
      weight[t] = exp(score - next);
      norm[t] = norm[t] * shrink + weight[t];
      largest[t] = next;
      for (var d = 0u; d < HEAD; d++) { sum[t * HEAD + d] *= shrink; }
    }
    for (var d = 0u; d < HEAD; d++) {
      let lane = v[vFirst + key * s.vStride + d];
      for (var t = 0u; t < TILE; t++) { sum[t * HEAD + d] += lane * weight[t]; }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    if (first + t >= s.queries) { return; }
    let inverse = 1.0 / norm[t];
    extremes[(batch * s.heads + head) * s.queries + first + t] = vec4f(largest[t], inverse, 0.0, 0.0);
    let at = ((batch * s.queries + first + t) * s.heads + head) * HEAD;
    for (var d = 0u; d < HEAD; d++) { context[at + d] = sum[t * HEAD + d] * inverse; }
  }
}
