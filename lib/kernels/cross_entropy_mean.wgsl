// weight = 1 / number of labels (0 when there are none), loss = weight · Σ losses; rows as in cross_entropy.wgsl.
// One workgroup.
struct Sizes { rows: u32 }
@group(0) @binding(0) var<storage, read> rows: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> weight: f32;
@group(0) @binding(2) var<storage, read_write> loss: f32;
@group(0) @binding(3) var<uniform> sizes: Sizes;

var<workgroup> partial: array<vec2f, 64>; // losses and labels

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
  let count = sizes.rows;
  var sum = vec2f();
  for (var i = thread; i < count; i += 64u) {
    let row = rows[i];
    sum += vec2f(row.y, select(0.0, 1.0, row.z >= 0.0));
  }
  partial[thread] = sum;
  workgroupBarrier();
  if (thread != 0u) { return; }
  for (var i = 1u; i < 64u; i++) { sum += partial[i]; }
  let share = select(0.0, 1.0 / sum.y, sum.y > 0.0);
  weight = share;
  loss = share * sum.x;
}
