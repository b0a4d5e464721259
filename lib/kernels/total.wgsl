// sum[0] = factor · Σ partial; by one workgroup, for the few numbers that a reduction leaves.
struct Sizes { count: u32, factor: f32 }
@group(0) @binding(0) var<storage, read> partial: array<f32>;
@group(0) @binding(1) var<storage, read_write> sum: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(1)
fn main() {
  var value = 0.0;
  for (var i = 0u; i < sizes.count; i++) { value += partial[i]; }
  sum[0] = sizes.factor * value;
}
