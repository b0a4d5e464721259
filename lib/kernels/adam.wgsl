// n = Adam's direction (see adam_moments.wgsl).
@group(0) @binding(4) var<storage, read_write> n: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i < sizes.lanes) { n[i] = directionOf(sizes, i); }
}
