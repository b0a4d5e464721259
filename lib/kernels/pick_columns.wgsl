// out[row, i] = x[row, ids[row, i]]; one thread an element. A negative id gives zero.
struct Sizes { picks: u32, columns: u32, width: u32, across: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> ids: array<i32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(32)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i >= sizes.picks) { return; }
  let column = ids[i];
  let row = i / sizes.width;
  out[i] = select(x[row * sizes.columns + u32(max(column, 0))], 0.0, column < 0);
}
