// What partial_sums.wgsl adds: w (x − c)².
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> center: array<Lane>;
@group(0) @binding(2) var<storage, read> weights: array<Lane>;
@group(0) @binding(3) var<storage, read_write> sums: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;
fn term(i: u32) -> f32 {
  let away = x[i] - center[i];
  return total(weights[i] * away * away);
}

