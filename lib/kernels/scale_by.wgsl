// x[i] = factor[0] · x[i].
struct Sizes { lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> factor: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<Lane>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i < sizes.lanes) { x[i] *= factor[0]; }
}
