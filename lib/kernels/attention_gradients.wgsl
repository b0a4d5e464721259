// dq, dk and dv at once (see attention_query_gradient.wgsl), where a subgroup holds all keys of a head: SHARE threads
// with TILE keys each, which add up what belongs to a query. A workgroup is one subgroup of LANES threads; STEPS =
// log₂ SHARE. The outputs dq, dk and dv are declared beside the source, since some of them may be one tensor.
@group(0) @binding(5) var<storage, read> extremes: array<vec4f>; // [B, H, Tq]: largest, 1 / sum
@group(0) @binding(6) var<storage, read> dContext: array<Lane>; // [B·Tq, H·D]

fn acrossShare(value: f32, lane: u32) -> f32 {
  var sum = value;
  for (var i = 0u; i < STEPS; i++) { sum += subgroupShuffle(sum, lane ^ (1u << i)); }
  return sum;
}

fn laneAcrossShare(value: Lane, lane: u32) -> Lane {
  var sum = value;
  for (var i = 0u; i < STEPS; i++) { sum += subgroupShuffle(sum, lane ^ (1u << i)); }
  return sum;
}

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let s = sizes;
  let keyHeads = s.heads / s.group;
  let part = lane % SHARE;
  let item = (group.y * s.across + group.x) * (LANES / SHARE) + lane / SHARE;
  let inside = item < s.batch * keyHeads;
  let batch = min(item / keyHeads, s.batch - 1u); // all threads take part in the sums
  let keyHead = item % keyHeads;
  var keyLanes: array<Lane, TILE * HEAD>;
  var valueLanes: array<Lane, TILE * HEAD>;
  var keySum: array<Lane, TILE * HEAD>;
  var valueSum: array<Lane, TILE * HEAD>;
  var hidden: array<bool, TILE>;
  for (var t = 0u; t < TILE; t++) {
    let key = min(part * TILE + t, s.keys - 1u);
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
      let known = extremes[(batch * s.heads + head) * s.queries + row];
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
      var probability: array<f32, TILE>;
      var pull = 0.0;
      for (var t = 0u; t < TILE; t++) {
        let key = min(part * TILE + t, s.keys - 1u);
        let score = select(biased(s, total(products[t]), head, row, key), HIDDEN, hidden[t]);
        probability[t] = select(0.0, exp(score - known.x) * known.y, part * TILE + t < s.keys);
        pull += total(pushes[t]) * probability[t];
      }
      pull = acrossShare(pull, lane);
      var querySum = array<Lane, HEAD>();
      for (var t = 0u; t < TILE; t++) {
        let weight = probability[t] * (total(pushes[t]) - pull);
        for (var d = 0u; d < HEAD; d++) {
          querySum[d] += keyLanes[t * HEAD + d] * weight;
          keySum[t * HEAD + d] += query[d] * weight;
          valueSum[t * HEAD + d] += upstream[d] * probability[t];
        }
      }
      for (var d = 0u; d < HEAD; d++) {
        let sum = laneAcrossShare(querySum[d], lane) * s.scale;
        if (inside && d % SHARE == part) { dq[qAt + d] = sum; }
      }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    if (!inside || part * TILE + t >= s.keys) { return; }
    let kAt = (batch * s.keys + part * TILE + t) * s.kStride + s.kFirst + keyHead * HEAD;
    let vAt = (batch * s.keys + part * TILE + t) * s.vStride + s.vFirst + keyHead * HEAD;
    for (var d = 0u; d < HEAD; d++) {
      dk[kAt + d] = keySum[t * HEAD + d];
      dv[vAt + d] = valueSum[t * HEAD + d];
    }
  }
}
