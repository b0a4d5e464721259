// Rotary position embedding (Su et al., 2021) on heads side by side in the rows of x: the halves (a, b) of a head become
// (a cos − b sin, b cos + a sin), with the angles of the row's position; some heads stay as they are. Backwards the
// turn goes the other way.
struct Sizes { rows: u32, lanes: u32, down: u32, apart: u32, firstStill: u32, endStill: u32, direction: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>; // [rows, heads · 2 · apart]
@group(0) @binding(1) var<storage, read> table: array<Lane>; // [positions, 2 · apart]: cosines, then sines
@group(0) @binding(2) var<storage, read> positions: array<i32>; // [rows]
@group(0) @binding(3) var<storage, read_write> y: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let apart = sizes.apart;
  let row = id.z * sizes.down + id.y;
  if (row >= sizes.rows || id.x >= lanes) { return; }
  let head = id.x / (2u * apart);
  let within = id.x % (2u * apart);
  let isFirst = within < apart;
  let at = row * lanes + id.x;
  let angle = u32(positions[row]) * 2u * apart + within % apart;
  let partner = select(at - apart, at + apart, isFirst);
  let sign = select(sizes.direction, -sizes.direction, isFirst);
  let turned = x[at] * table[angle] + sign * x[partner] * table[angle + apart];
  let isStill = head >= sizes.firstStill && head < sizes.endStill;
  y[at] = select(turned, x[at], isStill);
}
