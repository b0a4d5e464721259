// dx[i] = dy[i] where y[i] = max(x[i], 0) is positive, else 0.
struct Sizes { lanes: u32, width: u32 }
@group(0) @binding(0) var<storage, read> y: array<Lane>;
@group(0) @binding(1) var<storage, read> dy: array<Lane>;
@group(0) @binding(2) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.width + id.x;
  if (i >= sizes.lanes) { return; }
  dx[i] = select(dy[i], spread(0.0), y[i] <= spread(0.0));
}
