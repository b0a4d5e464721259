// out[i, :] = table[ids[i], :]; one thread a lane.
struct Sizes { rows: u32, lanes: u32, width: u32 }
@group(0) @binding(0) var<storage, read> table: array<Lane>;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.width + id.x;
  if (i >= sizes.rows * sizes.lanes) { return; }
  out[i] = table[u32(ids[i / sizes.lanes]) * sizes.lanes + i % sizes.lanes];
}
