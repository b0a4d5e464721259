// The gradients of memory_attention.wgsl: dq = scale · dS m and dm = Pᵀ dC + scale · dSᵀ q + previous, with
// dS = P ⊙ (dC mᵀ − rowsum(dC ⊙ C)); the probabilities P are restored from the extremes.
struct Sizes { keys: u32, scale: f32, added: u32 }
@group(0) @binding(0) var<storage, read> rows: array<vec4f>; // q [B, TILE, D]
@group(0) @binding(1) var<storage, read> memory: array<vec4f>; // m [B, keys, D]
@group(0) @binding(2) var<storage, read> mask: array<f32>; // [B, keys], 0 = hidden
@group(0) @binding(3) var<storage, read> context: array<vec4f>; // C [B, TILE, D]
@group(0) @binding(4) var<storage, read> extremes: array<vec4f>; // [B, TILE]: largest, 1 / sum
@group(0) @binding(5) var<storage, read> dContext: array<vec4f>; // dC
@group(0) @binding(6) var<storage, read> previous: array<vec4f>; // [B, keys, D]
@group(0) @binding(7) var<storage, read_write> dRows: array<vec4f>;
@group(0) @binding(8) var<storage, read_write> dMemory: array<vec4f>;
@group(0) @binding(9) var<uniform> sizes: Sizes;

const HIDDEN = -3.0e38;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let keys = sizes.keys;
  let scale = sizes.scale;
  let added = sizes.added == 1u;
  let first = group.x * TILE;
  var query: Tile;
  var upstream: Tile;
  var sum: Tile;
  var extreme: array<vec4f, TILE>;
  for (var t = 0u; t < TILE; t++) {
    var pull = 0.0;
    for (var q = 0u; q < QUADS; q++) {
      let at = (first + t) * TEXELS + q * LANES + lane;
      query[t * QUADS + q] = rows[at] * scale;
      upstream[t * QUADS + q] = dContext[at];
      pull += dot(upstream[t * QUADS + q], context[at]);
    }
    let known = extremes[first + t];
    extreme[t] = vec4f(known.x, known.y, acrossLanes(pull, lane), 0.0);
  }
  for (var key = group.x * keys; key < (group.x + 1u) * keys; key++) {
    let hidden = mask[key] == 0.0;
    var texels: array<vec4f, QUADS>;
    var memorySum: array<vec4f, QUADS>;
    for (var q = 0u; q < QUADS; q++) {
      let at = key * TEXELS + q * LANES + lane;
      texels[q] = memory[at];
      memorySum[q] = select(vec4f(), previous[at], added);
    }
    for (var t = 0u; t < TILE; t++) {
      var product = 0.0;
      var push = 0.0;
      for (var q = 0u; q < QUADS; q++) {
        product += dot(texels[q], query[t * QUADS + q]);
        push += dot(texels[q], upstream[t * QUADS + q]);
      }
      let score = select(acrossLanes(product, lane), HIDDEN, hidden);
      let probability = exp(score - extreme[t].x) * extreme[t].y;
      let weight = probability * (acrossLanes(push, lane) - extreme[t].z);
      for (var q = 0u; q < QUADS; q++) {
        let i = t * QUADS + q;
        sum[i] += texels[q] * weight;
        memorySum[q] += upstream[i] * probability + query[i] * weight;
      }
    }
    for (var q = 0u; q < QUADS; q++) { dMemory[key * TEXELS + q * LANES + lane] = memorySum[q]; }
  }
  for (var t = 0u; t < TILE; t++) {
    for (var q = 0u; q < QUADS; q++) {
      dRows[(first + t) * TEXELS + q * LANES + lane] = sum[t * QUADS + q] * scale;
    }
  }
}
