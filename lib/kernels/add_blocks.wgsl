// x[offsets[j] + i] = keep · x[offsets[j] + i] + scale · d[j, i]: blocks of equal length updated in one buffer.
// A block is a row of the grid, one thread a lane.
struct Sizes { lanes: u32, across: u32, keep: f32, scale: f32 }
@group(0) @binding(0) var<storage, read> d: array<Lane>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>; // in elements
@group(0) @binding(2) var<storage, read_write> x: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let i = id.z * sizes.across + id.x;
  let at = offsets[id.y] / LANE + i;
  let value = sizes.scale * d[id.y * lanes + i];
  if (i < lanes) { x[at] = sizes.keep * x[at] + value; }
}
