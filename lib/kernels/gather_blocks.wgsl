// out[j, i] = x[offsets[j] + i]: blocks of equal length collected from one buffer. One thread a lane.
struct Sizes { blocks: u32, lanes: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> offsets: array<u32>; // in elements
@group(0) @binding(2) var<storage, read_write> out: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i >= sizes.blocks * sizes.lanes) { return; }
  out[i] = x[offsets[i / sizes.lanes] / LANE + i % sizes.lanes];
}
