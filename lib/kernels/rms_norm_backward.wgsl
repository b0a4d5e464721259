// dx = scale · inverse · (g − x · inverse² · mean(g ⊙ x)) + previous, with g = dy ⊙ gain and inverse as in
// rms_norm.wgsl, for each row. PARTS threads a row.
struct Sizes { rows: u32, lanes: u32, scale: f32, eps: f32, added: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> gain: array<Lane>;
@group(0) @binding(2) var<storage, read> dy: array<Lane>;
@group(0) @binding(3) var<storage, read> previous: array<Lane>;
@group(0) @binding(4) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

override PARTS: u32 = 8;
var<workgroup> partial: array<vec2f, 32>;

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  let added = sizes.added == 1u;
  let part = thread % PARTS;
  let row = group.x * (32u / PARTS) + thread / PARTS;
  let start = min(row, rows - 1u) * lanes;
  var squares = spread(0.0);
  var products = spread(0.0);
  for (var i = part; i < lanes; i += PARTS) {
    let lane = x[start + i];
    squares += lane * lane;
    products += lane * gain[i] * dy[start + i];
  }
  partial[thread] = vec2f(total(squares), total(products));
  workgroupBarrier();
  var sums = vec2f();
  for (var i = 0u; i < PARTS; i++) { sums += partial[thread - part + i]; }
  let means = sums / f32(lanes * LANE);
  let inverse = inverseSqrt(means.x + sizes.eps);
  let pull = inverse * inverse * means.y;
  let factor = sizes.scale * inverse;
  if (row >= rows) { return; }
  for (var i = part; i < lanes; i += PARTS) {
    let value = (dy[start + i] * gain[i] - x[start + i] * pull) * factor;
    dx[start + i] = value + select(spread(0.0), previous[start + i], added);
  }
}
