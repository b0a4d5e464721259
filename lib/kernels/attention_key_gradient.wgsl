// dk = scale · dSᵀ q and dv = Pᵀ dC, summed over the heads of a group (see attention_query_gradient.wgsl).
// dk and dv are laid out like k and v; when PACKED, both are columns of dk's tensor.
@group(0) @binding(5) var<storage, read> pulls: array<vec4f>; // [B, H, Tq]: largest, 1 / sum, pull
@group(0) @binding(6) var<storage, read> dContext: array<Lane>; // [B·Tq, H·D]
@group(0) @binding(7) var<storage, read_write> dk: array<Lane>;
@group(0) @binding(8) var<storage, read_write> dv: array<Lane>;
@group(0) @binding(9) var<uniform> sizes: Sizes;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = sizes;
  let tiles = (s.keys + TILE - 1u) / TILE;
  let keyHeads = s.heads / s.group;
  let item = id.y * s.across + id.x;
  let batch = item / (tiles * keyHeads);
  if (batch >= s.batch) { return; }
  let keyHead = (item / tiles) % keyHeads;
  let first = (item % tiles) * TILE;
  var keyLanes: array<Lane, TILE * HEAD>;
  var valueLanes: array<Lane, TILE * HEAD>;
  var keySum: array<Lane, TILE * HEAD>;
  var valueSum: array<Lane, TILE * HEAD>;
  var hidden: array<bool, TILE>;
  for (var t = 0u; t < TILE; t++) {
    let key = min(first + t, s.keys - 1u);
    hidden[t] = isHidden(s, batch, key);
    let kAt = (batch * s.keys + key) * s.kStride + s.kFirst + keyHead * HEAD;
    let vAt = (batch * s.keys + key) * s.vStride + s.vFirst + keyHead * HEAD;
    for (var d = 0u; d < HEAD; d++) {
      keyLanes[t * HEAD + d] = k[kAt + d];
      valueLanes[t * HEAD + d] = v[vAt + d];
    }
  }
  for (var head = keyHead * s.group; head < (keyHead + 1u) * s.group; head++) {
    for (var row = 0u; row < s.queries; row++) {
      let qAt = (batch * s.queries + row) * s.qStride + s.qFirst + head * HEAD;
      let cAt = ((batch * s.queries + row) * s.heads + head) * HEAD;
      let known = pulls[(batch * s.heads + head) * s.queries + row];
      var products = array<Lane, TILE>();
      var pushes = array<Lane, TILE>();
      var query: array<Lane, HEAD>;
      var upstream: array<Lane, HEAD>;
      for (var d = 0u; d < HEAD; d++) {
        query[d] = q[qAt + d] * s.scale;
        upstream[d] = dContext[cAt + d];
        for (var t = 0u; t < TILE; t++) {
          products[t] += keyLanes[t * HEAD + d] * query[d];
          pushes[t] += valueLanes[t * HEAD + d] * upstream[d];
        }
      }
      for (var t = 0u; t < TILE; t++) {
        let key = min(first + t, s.keys - 1u);
        let score = select(biased(s, total(products[t]), head, row, key), HIDDEN, hidden[t]);
        let probability = exp(score - known.x) * known.y;
        let weight = probability * (total(pushes[t]) - known.z);
        for (var d = 0u; d < HEAD; d++) {
          keySum[t * HEAD + d] += query[d] * weight;
          valueSum[t * HEAD + d] += upstream[d] * probability;
        }
      }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    if (first + t >= s.keys) { return; }
    let kAt = (batch * s.keys + first + t) * s.kStride + s.kFirst + keyHead * HEAD;
    let vAt = (batch * s.keys + first + t) * s.vStride + s.vFirst + keyHead * HEAD;
    for (var d = 0u; d < HEAD; d++) {
      dk[kAt + d] = keySum[t * HEAD + d];
      if (PACKED) { dk[vAt + d] = valueSum[t * HEAD + d]; } else { dv[vAt + d] = valueSum[t * HEAD + d]; }
    }
  }
}
