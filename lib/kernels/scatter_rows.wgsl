// dTable[r, :] = Σ of dOut[i, :] over the positions i with ids[i] = r, plus previous[r, :]. One workgroup a row
// of the table; each of its eight position threads walks an eighth of the positions.
struct Sizes { positions: u32, lanes: u32, added: u32, rowsAcross: u32, rows: u32 }
@group(0) @binding(0) var<storage, read> ids: array<i32>;
@group(0) @binding(1) var<storage, read> dOut: array<Lane>;
@group(0) @binding(2) var<storage, read> previous: array<Lane>;
@group(0) @binding(3) var<storage, read_write> dTable: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<Lane, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.z * sizes.rowsAcross + group.y;
  let lane = group.x * 8u + local.x;
  var sum = spread(0.0);
  if (row < sizes.rows && lane < sizes.lanes) {
    for (var i = local.y; i < sizes.positions; i += 8u) {
      if (ids[i] == i32(row)) { sum += dOut[i * sizes.lanes + lane]; }
    }
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();
  if (local.y != 0u || lane >= sizes.lanes || row >= sizes.rows) { return; }
  sum = spread(0.0);
  for (var i = 0u; i < 8u; i++) { sum += partial[i * 8u + local.x]; }
  let at = row * sizes.lanes + lane;
  dTable[at] = sum + select(spread(0.0), previous[at], sizes.added == 1u);
}
