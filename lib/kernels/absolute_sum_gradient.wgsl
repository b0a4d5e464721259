// dx[i] = upstream · sign(x[i]), 0 where x is 0.
struct Sizes { lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> upstream: f32;
@group(0) @binding(2) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  let slope = upstream;
  if (i < sizes.lanes) { dx[i] = slope * sign(x[i]); }
}
