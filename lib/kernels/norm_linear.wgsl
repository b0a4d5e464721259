// y = scale · norm(x) Wᵀ, the rows staying in registers (see row_tile.wgsl). The columns of y come in chunks as wide as
// a row of x. When asked for, `normal` receives norm(x), of which the gradient of W is made.
struct Sizes { rows: u32, outLanes: u32, weightFirst: u32, eps: f32, scale: f32, kept: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>; // [rows, D]
@group(0) @binding(1) var<storage, read> gain: array<vec4f>; // [D]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>; // W [4 · outLanes, D], behind weightFirst texels
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>; // [rows, 4 · outLanes]
@group(0) @binding(4) var<storage, read_write> normal: array<vec4f>; // [rows, D]
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = sizes.rows;
  let outLanes = sizes.outLanes;
  let weightFirst = sizes.weightFirst;
  let scale = sizes.scale;
  let kept = sizes.kept == 1u;
  let first = group.x * TILE;
  var tile: Tile;
  for (var t = 0u; t < TILE; t++) {
    let start = min(first + t, rows - 1u) * TEXELS + lane;
    for (var q = 0u; q < QUADS; q++) { tile[t * QUADS + q] = x[start + q * LANES]; }
  }
  normalizeRows(&tile, lane, sizes.eps);
  if (kept) {
    for (var t = 0u; t < TILE; t++) {
      if (first + t < rows) {
        for (var q = 0u; q < QUADS; q++) { normal[(first + t) * TEXELS + q * LANES + lane] = tile[t * QUADS + q]; }
      }
    }
  }
  for (var chunk = 0u; chunk < outLanes; chunk += TEXELS) {
    var product = Tile();
    for (var step = 0u; step < TEXELS; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let at = weightFirst + 4u * min(chunk + q * LANES + lane, outLanes - 1u) * TEXELS + step;
        let rowsOfWeight = mat4x4f(weight[at], weight[at + TEXELS], weight[at + 2u * TEXELS], weight[at + 3u * TEXELS]);
        let columns = transpose(rowsOfWeight);
        for (var t = 0u; t < TILE; t++) { product[t * QUADS + q] += columns * texelOfRow(&tile, t, step); }
      }
    }
    for (var q = 0u; q < QUADS; q++) {
      let column = chunk + q * LANES + lane;
      if (column < outLanes) {
        for (var t = 0u; t < TILE; t++) {
          if (first + t < rows) { y[(first + t) * outLanes + column] = product[t * QUADS + q] * scale; }
        }
      }
    }
  }
}
