// For each row of logits [rows, vocabulary] and its label: rows[row] = (logΣexp, loss logΣexp − logit[label] or 0
// without a label, the label or −1). PARTS threads a row, each with a running maximum.
struct Sizes { rows: u32, lanes: u32 }
@group(0) @binding(0) var<storage, read> logits: array<Lane>;
@group(0) @binding(1) var<storage, read> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> rows: array<vec4f>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

override PARTS: u32 = 8;
var<workgroup> partial: array<vec2f, 32>;

fn largestOf(x: Lane) -> f32 {
  var best = -3.0e38;
  for (var i = 0u; i < LANE; i++) { best = max(best, pick(x, i)); }
  return best;
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lanes = sizes.lanes;
  let count = sizes.rows;
  let part = thread % PARTS;
  let row = group.x * (32u / PARTS) + thread / PARTS;
  let start = min(row, count - 1u) * lanes;
  let label = labels[min(row, count - 1u)];
  var largest = -3.0e38;
  var sum = 0.0;
  for (var i = part; i < lanes; i += PARTS) {
    let lane = logits[start + i];
    let next = max(largest, largestOf(lane));
    sum = sum * exp(largest - next) + total(exp(lane - spread(next)));
    largest = next;
  }
  partial[thread] = vec2f(largest, sum);
  workgroupBarrier();
  if (part != 0u || row >= count) { return; }
  for (var i = 1u; i < PARTS; i++) {
    let other = partial[thread + i];
    let next = max(largest, other.x);
    sum = sum * exp(largest - next) + other.y * exp(other.x - next);
    largest = next;
  }
  let logSum = largest + log(sum);
  let at = u32(max(label, 0));
  let loss = logSum - pick(logits[start + at / LANE], at % LANE);
  rows[row] = vec4f(logSum, select(0.0, loss, label >= 0), f32(max(label, -1)), 0.0);
}
