// out[j, i] = x[offsets[j] + i]: blocks of equal length collected from one buffer. A block is a row of the grid,
// one thread a lane.
struct Sizes { lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>; // in elements
@group(0) @binding(2) var<storage, read_write> out: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let i = id.z * sizes.across + id.x;
  let value = x[offsets[id.y] / LANE + i];
  if (i < lanes) { out[id.y * lanes + i] = value; }
}
