// factor[0] = min(1, limit / √Σ sums): what brings a gradient's norm down to the limit. By one workgroup.
struct Sizes { count: u32, limit: f32 }
@group(0) @binding(0) var<storage, read> sums: array<f32>;
@group(0) @binding(1) var<storage, read_write> factor: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < sizes.count; i++) { sum += sums[i]; }
  factor[0] = min(1.0, sizes.limit / (sqrt(sum) + 1e-6));
}
