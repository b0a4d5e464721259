// y = activated(a) ⊙ b, where a and b are the halves of each row of x [rows, 2·width].
struct Sizes { rows: u32, lanes: u32, down: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> y: array<Lane>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let row = id.z * sizes.down + id.y;
  if (row >= sizes.rows || id.x >= lanes) { return; }
  let i = row * lanes + id.x;
  let at = i + row * lanes;
  y[i] = activated(x[at]) * x[at + lanes];
}
