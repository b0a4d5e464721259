// dLogits = upstream · weight · (softmax(logits) − onehot(label)); rows without a label get zero.
// weight[0] is 1 / number of labels; one thread a lane.
struct Sizes { rows: u32, lanes: u32, width: u32 }
@group(0) @binding(0) var<storage, read> logits: array<Lane>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read> logSums: array<f32>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> upstream: array<f32>;
@group(0) @binding(5) var<storage, read_write> dLogits: array<Lane>;
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.width + id.x;
  if (i >= sizes.rows * sizes.lanes) { return; }
  let row = i / sizes.lanes;
  let label = labels[row];
  if (label < 0) {
    dLogits[i] = spread(0.0);
    return;
  }
  var value = exp(logits[i] - spread(logSums[row]));
  let at = u32(label);
  if (at / LANE == i % sizes.lanes) { value -= place(1.0, at % LANE); }
  dLogits[i] = value * (weight[0] * upstream[0]);
}
