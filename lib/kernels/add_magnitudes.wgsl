// sums[:] += Σ over the rows of |x [rows, lanes]|. One thread a lane.
struct Sizes { rows: u32, lanes: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> sums: array<Lane>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  if (id.x >= lanes) { return; }
  var value = spread(0.0);
  for (var row = 0u; row < rows; row++) { value += abs(x[row * lanes + id.x]); }
  sums[id.x] += value;
}
