// Attention of rows to a memory that is its keys and its values: context = softmax(scale · q mᵀ) m. A workgroup, which
// is one subgroup, takes the TILE rows that attend to one memory and keeps them in registers (see row_tile.wgsl). One
// pass over the keys, as in attention_forward.wgsl.
struct Sizes { keys: u32, scale: f32 }
@group(0) @binding(0) var<storage, read> rows: array<vec4f>; // q [B, TILE, D]
@group(0) @binding(1) var<storage, read> memory: array<vec4f>; // [B, keys, D]
@group(0) @binding(2) var<storage, read> mask: array<f32>; // [B, keys], 0 = hidden
@group(0) @binding(3) var<storage, read_write> context: array<vec4f>; // [B, TILE, D]
@group(0) @binding(4) var<storage, read_write> extremes: array<vec4f>; // [B, TILE]: largest, 1 / sum
@group(0) @binding(5) var<uniform> sizes: Sizes;

const HIDDEN = -3.0e38;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let keys = sizes.keys;
  let scale = sizes.scale;
  let first = group.x * TILE;
  var query: Tile;
  var sum: Tile;
  var largest: array<f32, TILE>;
  var norm: array<f32, TILE>;
  for (var t = 0u; t < TILE; t++) {
    for (var q = 0u; q < QUADS; q++) {
      query[t * QUADS + q] = rows[(first + t) * TEXELS + q * LANES + lane] * scale;
    }
    largest[t] = HIDDEN;
  }
  for (var key = group.x * keys; key < (group.x + 1u) * keys; key++) {
    let hidden = mask[key] == 0.0;
    var texels: array<vec4f, QUADS>;
    for (var q = 0u; q < QUADS; q++) { texels[q] = memory[key * TEXELS + q * LANES + lane]; }
    for (var t = 0u; t < TILE; t++) {
      var product = 0.0;
      for (var q = 0u; q < QUADS; q++) { product += dot(texels[q], query[t * QUADS + q]); }
      let score = select(acrossLanes(product, lane), HIDDEN, hidden);
      let next = max(largest[t], score);
      let shrink = exp(largest[t] - next);
      let weight = exp(score - next);
      norm[t] = norm[t] * shrink + weight;
      largest[t] = next;
      for (var q = 0u; q < QUADS; q++) { sum[t * QUADS + q] = sum[t * QUADS + q] * shrink + texels[q] * weight; }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    let inverse = 1.0 / norm[t];
    for (var q = 0u; q < QUADS; q++) {
      context[(first + t) * TEXELS + q * LANES + lane] = sum[t * QUADS + q] * inverse;
    }
    if (lane == 0u) { extremes[first + t] = vec4f(largest[t], inverse, 0.0, 0.0); }
  }
}
