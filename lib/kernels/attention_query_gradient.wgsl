// dq = scale · dS k with dS = P ⊙ (dC vᵀ − pull) and pull = rowsum(dC ⊙ C); the probabilities P are restored from
// the forward pass's extremes, which are passed on with the pull for the gradients of keys and values.
@group(0) @binding(5) var<storage, read> extremes: array<vec4f>; // [B, H, Tq]: largest, 1 / sum
@group(0) @binding(6) var<storage, read> context: array<Lane>; // [B·Tq, H·D]
@group(0) @binding(7) var<storage, read> dContext: array<Lane>;
@group(0) @binding(8) var<storage, read_write> dq: array<Lane>;
@group(0) @binding(9) var<storage, read_write> pulls: array<vec4f>; // [B, H, Tq]: largest, 1 / sum, pull
@group(0) @binding(10) var<uniform> sizes: Sizes;

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
  var upstream: array<Lane, TILE * HEAD>;
  var sum: array<Lane, TILE * HEAD>;
  var extreme: array<vec4f, TILE>;
  for (var t = 0u; t < TILE; t++) {
    let row = min(first + t, s.queries - 1u);
    let qAt = (batch * s.queries + row) * s.qStride + s.qFirst + head * HEAD;
    let cAt = ((batch * s.queries + row) * s.heads + head) * HEAD;
    var pull = spread(0.0);
    for (var d = 0u; d < HEAD; d++) {
      query[t * HEAD + d] = q[qAt + d] * s.scale;
      let lane = dContext[cAt + d];
      upstream[t * HEAD + d] = lane;
      pull += lane * context[cAt + d];
    }
    let known = extremes[(batch * s.heads + head) * s.queries + row];
    extreme[t] = vec4f(known.x, known.y, total(pull), 0.0);
  }
  let kFirst = batch * s.keys * s.kStride + s.kFirst + (head / s.group) * HEAD;
  let vFirst = batch * s.keys * s.vStride + s.vFirst + (head / s.group) * HEAD;
  for (var key = 0u; key < s.keys; key++) {
    let hidden = isHidden(s, batch, key);
    var products = array<Lane, TILE>();
    var pushes = array<Lane, TILE>();
    var keyLanes: array<Lane, HEAD>;
    for (var d = 0u; d < HEAD; d++) {
      keyLanes[d] = k[kFirst + key * s.kStride + d];
      let lane = v[vFirst + key * s.vStride + d];
      for (var t = 0u; t < TILE; t++) {
        products[t] += keyLanes[d] * query[t * HEAD + d];
        pushes[t] += lane * upstream[t * HEAD + d];
      }
    }
    for (var t = 0u; t < TILE; t++) {
      let row = min(first + t, s.queries - 1u);
      let score = select(biased(s, total(products[t]), head, row, key), HIDDEN, hidden);
      let probability = exp(score - extreme[t].x) * extreme[t].y;
      let weight = probability * (total(pushes[t]) - extreme[t].z);
      for (var d = 0u; d < HEAD; d++) { sum[t * HEAD + d] += keyLanes[d] * weight; }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    let row = first + t;
    if (row >= s.queries) { return; }
    pulls[(batch * s.heads + head) * s.queries + row] = extreme[t];
    let at = (batch * s.queries + row) * s.qStride + s.qFirst + head * HEAD;
    for (var d = 0u; d < HEAD; d++) { dq[at + d] = sum[t * HEAD + d] * s.scale; }
  }
}
