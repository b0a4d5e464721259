// The gradient of feed_forward.wgsl's input, dx = dy + J ((dy Wₒ ⊙ signs) Wᵢ) with J the normalization's derivative
// (see row_norm.wgsl); the weights are constants.
struct Sizes { rows: u32, chunks: u32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>; // [rows, D]
@group(0) @binding(1) var<storage, read> gain: array<vec4f>; // [D]
@group(0) @binding(2) var<storage, read> inner: array<vec4f>; // Wᵢ [chunks · D, D]
@group(0) @binding(3) var<storage, read> outer: array<vec4f>; // Wₒ [D, chunks · D]
@group(0) @binding(4) var<storage, read> signs: array<vec4u>; // [tiles, chunks, LANES]
@group(0) @binding(5) var<storage, read> dy: array<vec4f>; // [rows, D]
@group(0) @binding(6) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(7) var<uniform> sizes: Sizes;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = sizes.rows;
  let chunks = sizes.chunks;
  let eps = sizes.eps;
  let first = group.x * TILE;
  var upstream: Tile;
  for (var t = 0u; t < TILE; t++) {
    let start = min(first + t, rows - 1u) * TEXELS + lane;
    for (var q = 0u; q < QUADS; q++) { upstream[t * QUADS + q] = dy[start + q * LANES]; }
  }
  var dNormal = Tile();
  for (var chunk = 0u; chunk < chunks; chunk++) {
    var dHidden = Tile();
    for (var step = 0u; step < TEXELS; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let stride = chunks * TEXELS;
        let at = 4u * step * stride + chunk * TEXELS + q * LANES + lane;
        let weight = mat4x4f(outer[at], outer[at + stride], outer[at + 2u * stride], outer[at + 3u * stride]);
        for (var t = 0u; t < TILE; t++) { dHidden[t * QUADS + q] += weight * texelOfRow(&upstream, t, step); }
      }
    }
    let bits = signs[(group.x * chunks + chunk) * LANES + lane];
    for (var t = 0u; t < TILE; t++) {
      for (var q = 0u; q < QUADS; q++) {
        let i = t * QUADS + q;
        let flags = vec4u(bits[i / 8u] >> (4u * (i % 8u))) & vec4u(1u, 2u, 4u, 8u);
        dHidden[i] = select(vec4f(), dHidden[i], flags != vec4u());
      }
    }
    for (var step = 0u; step < TEXELS; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let at = 4u * (chunk * TEXELS + step) * TEXELS + q * LANES + lane;
        let weight = mat4x4f(inner[at], inner[at + TEXELS], inner[at + 2u * TEXELS], inner[at + 3u * TEXELS]);
        for (var t = 0u; t < TILE; t++) { dNormal[t * QUADS + q] += weight * texelOfRow(&dHidden, t, step); }
      }
    }
  }
  throughNorm(&dNormal, first, rows, lane, eps);
  for (var t = 0u; t < TILE; t++) {
    if (first + t < rows) {
      for (var q = 0u; q < QUADS; q++) {
        dx[(first + t) * TEXELS + q * LANES + lane] = upstream[t * QUADS + q] + dNormal[t * QUADS + q];
      }
    }
  }
}
