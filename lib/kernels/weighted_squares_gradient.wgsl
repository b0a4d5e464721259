// dx[i] = 2 · upstream · w[i] · (x[i] − c[i]).
struct Sizes { lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> center: array<Lane>;
@group(0) @binding(2) var<storage, read> weights: array<Lane>;
@group(0) @binding(3) var<storage, read> upstream: f32;
@group(0) @binding(4) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  let slope = 2.0 * upstream;
  if (i < sizes.lanes) { dx[i] = slope * weights[i] * (x[i] - center[i]); }
}
