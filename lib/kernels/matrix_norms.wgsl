// norms[l] = √Σ x²  over matrix l of x [L, lanes]; one workgroup a matrix.
struct Sizes { lanes: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> norms: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let start = group.x * sizes.lanes;
  var sum = 0.0;
  for (var i = local.x; i < sizes.lanes; i += 64u) { sum += total(x[start + i] * x[start + i]); }
  partial[local.x] = sum;
  workgroupBarrier();
  if (local.x != 0u) { return; }
  sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += partial[i]; }
  norms[group.x] = sqrt(sum);
}
