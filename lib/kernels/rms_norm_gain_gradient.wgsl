// dgain[i] = scale · Σ_rows dy ⊙ x · inverse; one thread per element of the gain.
struct Sizes { rows: u32, lanes: u32, scale: f32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> inverse: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<Lane>;
@group(0) @binding(3) var<storage, read_write> dgain: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<Lane, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let column = group.x * 8u + local.x;
  var sum = spread(0.0);
  if (column < sizes.lanes) {
    for (var row = local.y; row < sizes.rows; row += 8u) {
      let i = row * sizes.lanes + column;
      sum += dy[i] * x[i] * inverse[row];
    }
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();
  if (local.y != 0u || column >= sizes.lanes) { return; }
  sum = spread(0.0);
  for (var i = 0u; i < 8u; i++) { sum += partial[i * 8u + local.x]; }
  sum *= sizes.scale;
  if (sizes.accumulate == 1u) { dgain[column] += sum; } else { dgain[column] = sum; }
}
