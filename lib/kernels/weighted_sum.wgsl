// out[0] = weight[0] · Σ x[i], by one workgroup.
struct Sizes { count: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_id) local: vec3u) {
  var sum = 0.0;
  for (var i = local.x; i < sizes.count; i += 64u) { sum += x[i]; }
  partial[local.x] = sum;
  workgroupBarrier();
  if (local.x != 0u) { return; }
  sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += partial[i]; }
  out[0] = weight[0] * sum;
}
