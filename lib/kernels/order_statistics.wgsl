// The neighbours of a quantile: found[0] and found[1] are the numbers of x that have lower and upper (counted from 0)
// of the others before them in order; equal ones are ordered by their place. One thread a number.
struct Sizes { count: u32, lower: u32, upper: u32 }
@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> found: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let count = sizes.count;
  if (id.x >= count) { return; }
  let value = x[id.x];
  var before = 0u;
  for (var i = 0u; i < count; i++) {
    let other = x[i];
    before += u32(other < value || (other == value && i < id.x));
  }
  if (before == sizes.lower) { found[0] = value; }
  if (before == sizes.upper) { found[1] = value; }
}
