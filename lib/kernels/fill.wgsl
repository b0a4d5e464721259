// x[i] = value.
struct Sizes { lanes: u32, width: u32, value: f32 }
@group(0) @binding(0) var<storage, read_write> x: array<Lane>;
@group(0) @binding(1) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.width + id.x;
  if (i < sizes.lanes) { x[i] = spread(sizes.value); }
}
