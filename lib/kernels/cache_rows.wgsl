// cache[b, at + t, :] = x[b, t, first : first + width]: some columns of new rows, put behind those that were kept
// before. One thread a lane.
struct Sizes { rows: u32, lanes: u32, down: u32, length: u32, capacity: u32, stride: u32, first: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>; // [B, length, stride]
@group(0) @binding(1) var<storage, read> at: array<i32>; // [1]
@group(0) @binding(2) var<storage, read_write> cache: array<Lane>; // [B, capacity, width]
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let s = sizes;
  let row = id.z * s.down + id.y;
  if (row >= s.rows || id.x >= s.lanes) { return; }
  let place = (row / s.length) * s.capacity + u32(at[0]) + row % s.length;
  if (u32(at[0]) + row % s.length >= s.capacity) { return; }
  cache[place * s.lanes + id.x] = x[row * s.stride + s.first + id.x];
}
