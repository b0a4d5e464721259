// Adam's moments and direction, element by element:
//   m ← β1 m + (1−β1) g,  v ← β2 v + (1−β2) g²,  n = correction[0] · m / (√v + eps)   (eps outside), or
//   n = correction[1] · m / (√v · correction[2] + eps)                                 (eps inside).
// 1−β comes from the CPU: in f32, 1 − 0.999 is off by 1.3e-5, which moves every step by half of that.
struct Sizes {
  lanes: u32, across: u32, inside: u32, eps: f32,
  beta1: f32, beta2: f32, rest1: f32, rest2: f32, // rest = 1−β
  keep: f32, scale: f32,
}
@group(0) @binding(0) var<storage, read> g: array<Lane>;
@group(0) @binding(1) var<storage, read> correction: vec4f;
@group(0) @binding(2) var<storage, read_write> m: array<Lane>;
@group(0) @binding(3) var<storage, read_write> v: array<Lane>;

fn directionOf(s: Sizes, i: u32) -> Lane {
  let gradient = g[i];
  let first = s.beta1 * m[i] + s.rest1 * gradient;
  let second = s.beta2 * v[i] + s.rest2 * gradient * gradient;
  m[i] = first;
  v[i] = second;
  let outside = correction[0] * first / (sqrt(second) + s.eps);
  let inside = correction[1] * first / (sqrt(second) * correction[2] + s.eps);
  return select(outside, inside, s.inside == 1u);
}
