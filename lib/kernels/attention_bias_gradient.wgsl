// dBias [Tq, Tk, H] = Σ over the batch of dS (see attention_query_gradient.wgsl), one thread an element.
@group(0) @binding(5) var<storage, read> pulls: array<vec4f>; // [B, H, Tq]: largest, 1 / sum, pull
@group(0) @binding(6) var<storage, read> dContext: array<Lane>; // [B·Tq, H·D]
@group(0) @binding(7) var<storage, read> previous: array<f32>; // [Tq, Tk, H], added when asked for
@group(0) @binding(8) var<storage, read_write> dBias: array<f32>;
@group(0) @binding(9) var<uniform> sizes: Sizes;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = sizes;
  let item = id.y * s.across + id.x;
  if (item >= s.queries * s.keys * s.heads) { return; }
  let head = item % s.heads;
  let key = (item / s.heads) % s.keys;
  let row = item / (s.heads * s.keys);
  var sum = 0.0;
  for (var batch = 0u; batch < s.batch; batch++) {
    let qAt = (batch * s.queries + row) * s.qStride + s.qFirst + head * HEAD;
    let cAt = ((batch * s.queries + row) * s.heads + head) * HEAD;
    let kAt = (batch * s.keys + key) * s.kStride + s.kFirst + (head / s.group) * HEAD;
    let vAt = (batch * s.keys + key) * s.vStride + s.vFirst + (head / s.group) * HEAD;
    var product = spread(0.0);
    var push = spread(0.0);
    for (var d = 0u; d < HEAD; d++) {
      product += k[kAt + d] * q[qAt + d] * s.scale;
      push += v[vAt + d] * dContext[cAt + d];
    }
    let known = pulls[(batch * s.heads + head) * s.queries + row];
    let score = select(biased(s, total(product), head, row, key), HIDDEN, isHidden(s, batch, key));
    sum += exp(score - known.x) * known.y * (total(push) - known.z);
  }
  if (ADDED) { sum += previous[item]; }
  dBias[item] = sum;
}
