// What partial_sums.wgsl adds: |x|.
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;
fn term(i: u32) -> f32 { return total(abs(x[i])); }

