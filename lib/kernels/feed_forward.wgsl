// y = x + max(norm(x) Wᵢᵀ, 0) Wₒᵀ, the rows staying in registers from end to end (see row_tile.wgsl). The hidden values
// come in chunks as wide as a row. For the way back, `signs` receives a bit for each, set where it is
// positive (or no number, which must not be hidden).
struct Sizes { rows: u32, chunks: u32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>; // [rows, D]
@group(0) @binding(1) var<storage, read> gain: array<vec4f>; // [D]
@group(0) @binding(2) var<storage, read> inner: array<vec4f>; // Wᵢ [chunks · D, D]
@group(0) @binding(3) var<storage, read> outer: array<vec4f>; // Wₒ [D, chunks · D]
@group(0) @binding(4) var<storage, read_write> y: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> signs: array<vec4u>; // [tiles, chunks, LANES]
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = sizes.rows;
  let chunks = sizes.chunks;
  let eps = sizes.eps;
  let first = group.x * TILE;
  var result: Tile;
  for (var t = 0u; t < TILE; t++) {
    let start = min(first + t, rows - 1u) * TEXELS + lane;
    for (var q = 0u; q < QUADS; q++) { result[t * QUADS + q] = x[start + q * LANES]; }
  }
  var normal = result;
  normalizeRows(&normal, lane, eps);
  for (var chunk = 0u; chunk < chunks; chunk++) {
    var hidden = Tile();
    for (var step = 0u; step < TEXELS; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let at = 4u * (chunk * TEXELS + q * LANES + lane) * TEXELS + step;
        let rowsOfWeight = mat4x4f(inner[at], inner[at + TEXELS], inner[at + 2u * TEXELS], inner[at + 3u * TEXELS]);
        let weight = transpose(rowsOfWeight);
        for (var t = 0u; t < TILE; t++) { hidden[t * QUADS + q] += weight * texelOfRow(&normal, t, step); }
      }
    }
    var bits = vec4u();
    for (var t = 0u; t < TILE; t++) {
      for (var q = 0u; q < QUADS; q++) {
        let i = t * QUADS + q;
        let flags = select(vec4u(1u, 2u, 4u, 8u), vec4u(), hidden[i] <= vec4f());
        bits[i / 8u] |= (flags.x | flags.y | flags.z | flags.w) << (4u * (i % 8u));
        hidden[i] = select(hidden[i], vec4f(), hidden[i] <= vec4f());
      }
    }
    signs[(group.x * chunks + chunk) * LANES + lane] = bits;
    for (var step = 0u; step < TEXELS; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let stride = chunks * TEXELS;
        let at = 4u * (q * LANES + lane) * stride + chunk * TEXELS + step;
        let rowsOfWeight = mat4x4f(outer[at], outer[at + stride], outer[at + 2u * stride], outer[at + 3u * stride]);
        let weight = transpose(rowsOfWeight);
        for (var t = 0u; t < TILE; t++) { result[t * QUADS + q] += weight * texelOfRow(&hidden, t, step); }
      }
    }
  }
  for (var t = 0u; t < TILE; t++) {
    if (first + t < rows) {
      for (var q = 0u; q < QUADS; q++) { y[(first + t) * TEXELS + q * LANES + lane] = result[t * QUADS + q]; }
    }
  }
}
