// Adam's moments and direction, element by element:
//   m ← β1 m + (1−β1) g,  v ← β2 v + (1−β2) g²,  n = correction[0] · m / (√v + eps)   (eps outside), or
//   n = correction[1] · m / (√v · correction[2] + eps)                                 (eps inside).
// 1−β comes from the CPU: in f32, 1 − 0.999 is off by 1.3e-5, which moves every step by half of that.
struct Sizes {
  lanes: u32, across: u32, inside: u32, eps: f32,
  beta1: f32, beta2: f32, rest1: f32, rest2: f32, // rest = 1−β
}
@group(0) @binding(0) var<storage, read> g: array<Lane>;
@group(0) @binding(1) var<storage, read> correction: vec4f;
@group(0) @binding(2) var<storage, read_write> m: array<Lane>;
@group(0) @binding(3) var<storage, read_write> v: array<Lane>;
@group(0) @binding(4) var<storage, read_write> n: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i >= sizes.lanes) { return; }
  let gradient = g[i];
  let first = sizes.beta1 * m[i] + sizes.rest1 * gradient;
  let second = sizes.beta2 * v[i] + sizes.rest2 * gradient * gradient;
  m[i] = first;
  v[i] = second;
  let outside = correction[0] * first / (sqrt(second) + sizes.eps);
  let inside = correction[1] * first / (sqrt(second) * correction[2] + sizes.eps);
  n[i] = select(outside, inside, sizes.inside == 1u);
}
