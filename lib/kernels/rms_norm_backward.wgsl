// dx = scale · inverse · (g − x · inverse² · mean(g ⊙ x)),  g = dy ⊙ gain, for each row; added to dx or stored.
struct Sizes { rows: u32, lanes: u32, scale: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> gain: array<Lane>;
@group(0) @binding(2) var<storage, read> inverse: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<Lane>;
@group(0) @binding(4) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * 8u + local.y;
  let start = min(row, sizes.rows - 1u) * sizes.lanes;
  var sum = 0.0;
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    sum += total(dy[start + i] * gain[i] * x[start + i]);
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();
  var product = 0.0;
  for (var i = 0u; i < 8u; i++) { product += partial[local.y * 8u + i]; }
  if (row >= sizes.rows) { return; }
  let factor = inverse[row];
  let pull = factor * factor * product / f32(sizes.lanes * LANE);
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    let value = (dy[start + i] * gain[i] - x[start + i] * pull) * (factor * sizes.scale);
    if (sizes.accumulate == 1u) { dx[start + i] += value; } else { dx[start + i] = value; }
  }
}
