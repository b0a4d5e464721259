// sum[:] = Σ over the rows of x [rows, lanes], plus previous[:]. One thread a lane.
struct Sizes { rows: u32, lanes: u32, added: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> previous: array<Lane>;
@group(0) @binding(2) var<storage, read_write> sum: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  let added = sizes.added == 1u;
  if (id.x >= lanes) { return; }
  var value = select(spread(0.0), previous[id.x], added);
  for (var row = 0u; row < rows; row++) { value += x[row * lanes + id.x]; }
  sum[id.x] = value;
}
