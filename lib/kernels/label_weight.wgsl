// weight[0] = 1 / number of labels ≥ 0 (0 when there are none), by one workgroup.
struct Sizes { count: u32 }
@group(0) @binding(0) var<storage, read> labels: array<i32>;
@group(0) @binding(1) var<storage, read_write> weight: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

var<workgroup> partial: array<u32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_id) local: vec3u) {
  var sum = 0u;
  for (var i = local.x; i < sizes.count; i += 64u) { sum += select(0u, 1u, labels[i] >= 0); }
  partial[local.x] = sum;
  workgroupBarrier();
  if (local.x != 0u) { return; }
  sum = 0u;
  for (var i = 0u; i < 64u; i++) { sum += partial[i]; }
  weight[0] = select(0.0, 1.0 / f32(sum), sum > 0u);
}
