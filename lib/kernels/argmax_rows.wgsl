// ids[row] = the first column of the largest value of x [rows, columns]. Eight rows a workgroup, eight threads a row.
struct Sizes { rows: u32, lanes: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> ids: array<i32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

var<workgroup> values: array<f32, 64>;
var<workgroup> columns: array<u32, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * 8u + local.y;
  let start = min(row, sizes.rows - 1u) * sizes.lanes;
  var best = -3.4e38;
  var column = 0u;
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    let lane = x[start + i];
    for (var c = 0u; c < LANE; c++) {
      let value = pick(lane, c);
      if (value > best) {
        best = value;
        column = i * LANE + c;
      }
    }
  }
  values[local.y * 8u + local.x] = best;
  columns[local.y * 8u + local.x] = column;
  workgroupBarrier();
  if (local.x != 0u || row >= sizes.rows) { return; }
  for (var i = 1u; i < 8u; i++) {
    let value = values[local.y * 8u + i];
    let other = columns[local.y * 8u + i];
    if (value > best || (value == best && other < column)) {
      best = value;
      column = other;
    }
  }
  ids[row] = i32(column);
}
