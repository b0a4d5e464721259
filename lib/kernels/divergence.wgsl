// For each row of logits of a student and a teacher [rows, columns], both divided by a temperature 1/inverse:
// rows[row] = (logΣexp of the student's, KL(softmax teacher ‖ softmax student) or 0 without a label, the label or
// −1, logΣexp of the teacher's). PARTS threads a row; first the two maxima and sums, then
// Σ_j p_j (t_j − s_j) − logΣexp t + logΣexp s with p = softmax t.
struct Sizes { rows: u32, lanes: u32, inverse: f32 }
@group(0) @binding(0) var<storage, read> student: array<Lane>;
@group(0) @binding(1) var<storage, read> teacher: array<Lane>;
@group(0) @binding(2) var<storage, read> labels: array<i32>;
@group(0) @binding(3) var<storage, read_write> rows: array<vec4f>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

override PARTS: u32 = 8;
var<workgroup> partial: array<vec4f, 32>; // student's maximum and sum, teacher's maximum and sum
var<workgroup> distances: array<f32, 32>;

fn largestOf(x: Lane) -> f32 {
  var best = -3.0e38;
  for (var i = 0u; i < LANE; i++) { best = max(best, pick(x, i)); }
  return best;
}

fn joined(a: vec2f, b: vec2f) -> vec2f {
  let next = max(a.x, b.x);
  return vec2f(next, a.y * exp(a.x - next) + b.y * exp(b.x - next));
}

@compute @workgroup_size(32)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lanes = sizes.lanes;
  let count = sizes.rows;
  let inverse = sizes.inverse;
  let part = thread % PARTS;
  let first = thread - part;
  let row = group.x * (32u / PARTS) + thread / PARTS;
  let start = min(row, count - 1u) * lanes;
  var s = vec2f(-3.0e38, 0.0);
  var t = vec2f(-3.0e38, 0.0);
  for (var i = part; i < lanes; i += PARTS) {
    let a = inverse * student[start + i];
    let b = inverse * teacher[start + i];
    let sTop = largestOf(a);
    let tTop = largestOf(b);
    s = joined(s, vec2f(sTop, total(exp(a - spread(sTop)))));
    t = joined(t, vec2f(tTop, total(exp(b - spread(tTop)))));
  }
  partial[thread] = vec4f(s, t);
  workgroupBarrier();
  s = partial[first].xy;
  t = partial[first].zw;
  for (var i = 1u; i < PARTS; i++) {
    s = joined(s, partial[first + i].xy);
    t = joined(t, partial[first + i].zw);
  }
  let sLog = s.x + log(s.y);
  let tLog = t.x + log(t.y);
  var distance = 0.0;
  for (var i = part; i < lanes; i += PARTS) {
    let a = inverse * student[start + i] - spread(sLog);
    let b = inverse * teacher[start + i] - spread(tLog);
    distance += total(exp(b) * (b - a));
  }
  distances[thread] = distance;
  workgroupBarrier();
  if (part != 0u || row >= count) { return; }
  for (var i = 1u; i < PARTS; i++) { distance += distances[thread + i]; }
  let label = labels[row];
  rows[row] = vec4f(sLog, select(0.0, distance, label >= 0), f32(max(label, -1)), tLog);
}
