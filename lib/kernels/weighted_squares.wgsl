// sums[group] = Σ w (x − c)² over every group-th stretch of x; one workgroup a sum.
struct Sizes { lanes: u32, groups: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> center: array<Lane>;
@group(0) @binding(2) var<storage, read> weights: array<Lane>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let stride = sizes.groups * 64u;
  var sum = 0.0;
  for (var i = group.x * 64u + local.x; i < sizes.lanes; i += stride) {
    let away = x[i] - center[i];
    sum += total(weights[i] * away * away);
  }
  partial[local.x] = sum;
  workgroupBarrier();
  if (local.x != 0u) { return; }
  sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += partial[i]; }
  sums[group.x] = sum;
}
