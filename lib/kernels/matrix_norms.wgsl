// norms[l] = √Σ sums[l, :], from the partial sums of squares [count, groups]; one thread a matrix.
struct Sizes { count: u32, groups: u32 }
@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> norms: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let groups = sizes.groups;
  if (id.x >= sizes.count) { return; }
  var sum = 0.0;
  for (var i = 0u; i < groups; i++) { sum += sums[id.x * groups + i]; }
  norms[id.x] = sqrt(sum);
}
