// y[i] = max(x[i], 0), and NaN where x[i] is NaN.
struct Sizes { lanes: u32, width: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> y: array<Lane>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.width + id.x;
  if (i >= sizes.lanes) { return; }
  y[i] = select(x[i], spread(0.0), x[i] < spread(0.0));
}
