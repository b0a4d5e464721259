// y[i] = keep · y[i] + scale · x[i]².
struct Sizes { lanes: u32, across: u32, keep: f32, scale: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> y: array<Lane>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  let keep = sizes.keep;
  let scale = sizes.scale;
  if (i < sizes.lanes) { y[i] = keep * y[i] + scale * x[i] * x[i]; }
}
