// The gradient of norm_linear.wgsl's x, dx = scale · J (dy W) + previous, with J the normalization's derivative.
struct Sizes { rows: u32, outLanes: u32, weightFirst: u32, eps: f32, scale: f32, added: u32 }
@group(0) @binding(0) var<storage, read> x: array<vec4f>; // [rows, D]
@group(0) @binding(1) var<storage, read> gain: array<vec4f>; // [D]
@group(0) @binding(2) var<storage, read> weight: array<vec4f>; // W [4 · outLanes, D], behind weightFirst texels
@group(0) @binding(3) var<storage, read> dy: array<vec4f>; // [rows, 4 · outLanes]
@group(0) @binding(4) var<storage, read> previous: array<vec4f>; // [rows, D]
@group(0) @binding(5) var<storage, read_write> dx: array<vec4f>;
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(LANES)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let rows = sizes.rows;
  let outLanes = sizes.outLanes;
  let weightFirst = sizes.weightFirst;
  let scale = sizes.scale;
  let added = sizes.added == 1u;
  let first = group.x * TILE;
  var gradient = Tile();
  for (var chunk = 0u; chunk < outLanes; chunk += TEXELS) {
    var upstream: Tile;
    for (var t = 0u; t < TILE; t++) {
      let start = min(first + t, rows - 1u) * outLanes;
      for (var q = 0u; q < QUADS; q++) {
        upstream[t * QUADS + q] = dy[start + min(chunk + q * LANES + lane, outLanes - 1u)];
      }
    }
    let steps = min(TEXELS, outLanes - chunk);
    for (var step = 0u; step < steps; step += 1u) {
      for (var q = 0u; q < QUADS; q++) {
        let at = weightFirst + 4u * (chunk + step) * TEXELS + q * LANES + lane;
        let rowsOfWeight = mat4x4f(weight[at], weight[at + TEXELS], weight[at + 2u * TEXELS], weight[at + 3u * TEXELS]);
        for (var t = 0u; t < TILE; t++) { gradient[t * QUADS + q] += rowsOfWeight * texelOfRow(&upstream, t, step); }
      }
    }
  }
  throughNorm(&gradient, first, rows, lane, sizes.eps);
  for (var t = 0u; t < TILE; t++) {
    let start = min(first + t, rows - 1u) * TEXELS + lane;
    for (var q = 0u; q < QUADS; q++) {
      let i = t * QUADS + q;
      gradient[i] = gradient[i] * scale + select(vec4f(), previous[start + q * LANES], added);
    }
    if (first + t < rows) {
      for (var q = 0u; q < QUADS; q++) { dx[start + q * LANES] = gradient[t * QUADS + q]; }
    }
  }
}
