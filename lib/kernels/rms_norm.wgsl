// y = scale · gain ⊙ x · inverse,  inverse = 1 / √(mean(x²) + eps), for each row of x [rows, width].
// PARTS threads a row.
struct Sizes { rows: u32, lanes: u32, scale: f32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> gain: array<Lane>;
@group(0) @binding(2) var<storage, read_write> y: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

override PARTS: u32 = 8;
var<workgroup> partial: array<f32, 32>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  let part = thread % PARTS;
  let row = group.x * (32u / PARTS) + thread / PARTS;
  let start = min(row, rows - 1u) * lanes;
  var squares = spread(0.0);
  for (var i = part; i < lanes; i += PARTS) {
    let lane = x[start + i];
    squares += lane * lane;
  }
  partial[thread] = total(squares);
  workgroupBarrier();
  var sum = 0.0;
  for (var i = 0u; i < PARTS; i++) { sum += partial[thread - part + i]; }
  let factor = sizes.scale * inverseSqrt(sum / f32(lanes * LANE) + sizes.eps);
  if (row >= rows) { return; }
  for (var i = part; i < lanes; i += PARTS) { y[start + i] = x[start + i] * gain[i] * factor; }
}
