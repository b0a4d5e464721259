// dx[l, i] = upstream · x[l, i] / norms[l], and 0 for a matrix of zeros. One row of the grid a matrix.
struct Sizes { lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> norms: array<f32>;
@group(0) @binding(2) var<storage, read> upstream: f32;
@group(0) @binding(3) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.z * sizes.across + id.x;
  let norm = norms[id.y];
  let slope = select(upstream / norm, 0.0, norm == 0.0);
  if (i < sizes.lanes) { dx[id.y * sizes.lanes + i] = slope * x[id.y * sizes.lanes + i]; }
}
