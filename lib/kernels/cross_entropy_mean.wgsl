// weight = 1 / number of labels (0 when there are none), that of these rows or a given one; loss = weight · Σ losses, part
// of the rows by part; rows as in cross_entropy.wgsl. One workgroup.
struct Sizes { rows: u32, parts: u32, isGiven: u32 }
@group(0) @binding(0) var<storage, read> rows: array<vec4f>;
@group(0) @binding(1) var<storage, read> given: f32;
@group(0) @binding(2) var<storage, read_write> weight: f32;
@group(0) @binding(3) var<storage, read_write> loss: f32;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<vec3f, 64>; // losses of the first part and of the second, labels

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) thread: u32) {
  let count = sizes.rows;
  let parts = sizes.parts;
  let isGiven = sizes.isGiven;
  let size = count / parts;
  var sum = vec3f();
  for (var part = 0u; part < parts; part++) {
    let which = vec2f(f32(part == 0u), f32(part == 1u));
    for (var i = thread; i < size; i += 64u) {
      let row = rows[part * size + i];
      sum += vec3f(which * row.y, select(0.0, 1.0, row.z >= 0.0));
    }
  }
  partial[thread] = sum;
  workgroupBarrier();
  if (thread != 0u) { return; }
  for (var i = 1u; i < 64u; i++) { sum += partial[i]; }
  let labels = select(sum.z, given, isGiven == 1u);
  let share = select(0.0, 1.0 / labels, labels > 0.0);
  weight = share;
  // A loop, since compilers make one product of the sum of two with the same factor.
  var mean = 0.0;
  for (var part = 0u; part < parts; part++) { mean += share * sum[part]; }
  loss = mean;
}
