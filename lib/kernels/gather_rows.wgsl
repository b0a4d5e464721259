// out[i, :] = table[ids[i], :]; one thread a lane. (A row is a thread's y: a software adapter divides integers
// lane by lane.)
struct Sizes { rows: u32, lanes: u32, down: u32 }
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let row = id.z * sizes.down + id.y;
  if (row >= sizes.rows || id.x >= lanes) { return; }
  out[row * lanes + id.x] = tableAt(u32(ids[row]) * lanes + id.x);
}
