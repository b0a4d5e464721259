// sums[l, group] = Σ term(i) over every group-th stretch of the l-th part of the operands; one workgroup a sum. The
// source before it declares the operands, `sums`, `sizes` and `term`, what is added at one lane.
struct Sizes { lanes: u32, groups: u32 }

var<workgroup> partial: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lanes = sizes.lanes;
  let stride = sizes.groups * 64u;
  let first = group.y * lanes;
  var sum = 0.0;
  for (var i = group.x * 64u + local.x; i < lanes; i += stride) { sum += term(first + i); }
  partial[local.x] = sum;
  workgroupBarrier();
  if (local.x != 0u) { return; }
  sum = 0.0;
  for (var i = 0u; i < 64u; i++) { sum += partial[i]; }
  sums[group.y * sizes.groups + group.x] = sum;
}
