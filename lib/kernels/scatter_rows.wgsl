// dTable[r, :] = Σ of dOut[i, :] over the positions i that read row r, plus previous[r, :]. The positions of row r
// are order[starts[r]] … order[starts[r + 1] − 1]. One thread a lane of a row.
struct Sizes { rows: u32, lanes: u32, added: u32, down: u32 }
@group(0) @binding(0) var<storage, read> starts: array<i32>;
@group(0) @binding(1) var<storage, read> order: array<i32>;
@group(0) @binding(2) var<storage, read> dOut: array<Lane>;
@group(0) @binding(3) var<storage, read> previous: array<Lane>;
@group(0) @binding(4) var<storage, read_write> dTable: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let added = sizes.added == 1u;
  let row = id.z * sizes.down + id.y;
  let lane = id.x;
  if (row >= sizes.rows || lane >= lanes) { return; }
  let at = row * lanes + lane;
  var sum = spread(0.0);
  let end = starts[row + 1u];
  for (var i = starts[row]; i < end; i++) { sum += dOut[u32(order[i]) * lanes + lane]; }
  dTable[at] = sum + select(spread(0.0), previous[at], added);
}
