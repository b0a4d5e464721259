// For each row of logits [rows, vocabulary] and its label: the loss logΣexp − logit[label] (0 without a label),
// the log of the sum, and whether the largest logit is the label's. Eight rows a workgroup, eight threads a row.
struct Sizes { rows: u32, lanes: u32 }
@group(0) @binding(0) var<storage, read> logits: array<Lane>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32>;
@group(0) @binding(3) var<storage, read_write> logSums: array<f32>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<vec2f, 64>;

fn largestOf(x: Lane) -> f32 {
  var best = -3.0e38;
  for (var i = 0u; i < LANE; i++) { best = max(best, pick(x, i)); }
  return best;
}

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row = group.x * 8u + local.y;
  let start = min(row, sizes.rows - 1u) * sizes.lanes;
  var largest = -3.0e38;
  var sum = 0.0;
  for (var i = local.x; i < sizes.lanes; i += 8u) {
    let lane = logits[start + i];
    let next = max(largest, largestOf(lane));
    sum = sum * exp(largest - next) + total(exp(lane - spread(next)));
    largest = next;
  }
  partial[local.y * 8u + local.x] = vec2f(largest, sum);
  workgroupBarrier();
  if (local.x != 0u || row >= sizes.rows) { return; }
  for (var i = 1u; i < 8u; i++) {
    let other = partial[local.y * 8u + i];
    let next = max(largest, other.x);
    sum = sum * exp(largest - next) + other.y * exp(other.x - next);
    largest = next;
  }
  let logSum = largest + log(sum);
  let label = labels[row];
  logSums[row] = logSum;
  var loss = 0.0;
  if (label >= 0) {
    let at = u32(label);
    loss = logSum - pick(logits[start + at / LANE], at % LANE);
  }
  losses[row] = loss;
}
