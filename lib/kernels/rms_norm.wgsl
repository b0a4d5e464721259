// y = gain ⊙ x · inverse,  inverse = 1 / √(mean(x²) + eps), for each row of x [rows, width].
// Eight rows a workgroup, eight threads a row.
struct Sizes { rows: u32, lanes: u32, scale: f32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> gain: array<Lane>;
@group(0) @binding(2) var<storage, read_write> y: array<Lane>;
@group(0) @binding(3) var<storage, read_write> inverse: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * 8u + local.y;
  let start = min(row, sizes.rows - 1u) * sizes.lanes;
  var sum = 0.0;
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    let lane = x[start + i];
    sum += total(lane * lane);
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();
  var squares = 0.0;
  for (var i = 0u; i < 8u; i++) { squares += partial[local.y * 8u + i]; }
  if (row >= sizes.rows) { return; }
  let factor = inverseSqrt(squares / f32(sizes.lanes * LANE) + sizes.eps);
  if (local.x == 0u) { inverse[row] = factor; }
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    y[start + i] = x[start + i] * gain[i] * (factor * sizes.scale);
  }
}
