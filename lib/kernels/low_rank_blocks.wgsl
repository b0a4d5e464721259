// x[offsets[j] + i] = keep · before[offsets[j] + i] + scale · (L[j] R[j])[i]: products of narrow matrices
// L [blocks, rows, rank] and R [blocks, rank, columns] added to blocks of one buffer. A thread takes one lane of columns
// of TILE rows, for which it loads R once; PARTS elements make a lane. The last thread of a column takes its last row
// as often as it lacks rows.
struct Sizes { rows: u32, tiles: u32, lanes: u32, rankLanes: u32, keep: f32, scale: f32 }
@group(0) @binding(0) var<storage, read> left: array<Lane>;
@group(0) @binding(1) var<storage, read> right: array<Lane>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>; // in elements

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let rows = sizes.rows;
  let tiles = sizes.tiles;
  let lanes = sizes.lanes;
  let rankLanes = sizes.rankLanes;
  let keep = sizes.keep;
  let scale = sizes.scale;
  let start = offsets[id.z] / LANE + id.x;
  var row: array<u32, TILE>;
  var sum: array<Lane, TILE>;
  for (var t = 0u; t < TILE; t++) { row[t] = min(id.y * TILE + t, rows - 1u); }
  for (var i = 0u; i < rankLanes; i++) {
    var rightLanes: array<Lane, PARTS>;
    for (var part = 0u; part < PARTS; part++) {
      rightLanes[part] = right[((id.z * rankLanes + i) * PARTS + part) * lanes + id.x];
    }
    for (var t = 0u; t < TILE; t++) {
      let factors = left[(id.z * rows + row[t]) * rankLanes + i];
      for (var part = 0u; part < PARTS; part++) { sum[t] += pick(factors, part) * rightLanes[part]; }
    }
  }
  for (var t = 0u; t < TILE; t++) { sum[t] = keep * before(start + row[t] * lanes) + scale * sum[t]; }
  if (id.x >= lanes || id.y >= tiles) { return; }
  for (var t = 0u; t < TILE; t++) { x[start + row[t] * lanes] = sum[t]; }
}
