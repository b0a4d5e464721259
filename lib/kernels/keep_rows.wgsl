// y[row] = x[row] and mask[row] = 1 where scores[row] ≥ found[0] + share · (found[1] − found[0]), else 0.
// One row of the grid a row of x [rows, lanes].
struct Sizes { lanes: u32, across: u32, share: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> found: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<Lane>;
@group(0) @binding(4) var<storage, read_write> mask: array<i32>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let i = id.z * sizes.across + id.x;
  let lower = found[0];
  let threshold = lower + sizes.share * (found[1] - lower);
  let kept = scores[id.y] >= threshold;
  if (i == 0u) { mask[id.y] = i32(kept); }
  if (i < lanes) { y[id.y * lanes + i] = select(spread(0.0), x[id.y * lanes + i], kept); }
}
