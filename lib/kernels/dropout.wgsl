// y[i] = x[i] / (1 − p) where a random number of element i is at least p, else 0. The random number is a hash of
// the seed and i, so that the same seed gives the same mask, forward and backward. Where x is one of equal slices of
// something larger, a second number says which, and i counts from the beginning of the whole.
struct Sizes { lanes: u32, across: u32, probability: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> seed: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

fn mixed(value: u32) -> u32 {
  var v = value;
  v = (v ^ (v >> 16u)) * 0x7feb352du;
  v = (v ^ (v >> 15u)) * 0x846ca68bu;
  return v ^ (v >> 16u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let probability = sizes.probability;
  let i = id.y * sizes.across + id.x;
  let key = mixed(seed[0]);
  let slice = select(0u, seed[arrayLength(&seed) - 1u], arrayLength(&seed) > 1u);
  if (i >= sizes.lanes) { return; }
  var keep = spread(0.0);
  for (var c = 0u; c < LANE; c++) {
    let chance = f32(mixed(mixed((slice * sizes.lanes + i) * LANE + c) ^ key) >> 8u) * (1.0 / 16777216.0);
    if (chance >= probability) { keep += place(1.0 / (1.0 - probability), c); }
  }
  y[i] = x[i] * keep;
}
