// dStudent = inverse · upstream · weight · (softmax(student) − softmax(teacher)), both at the temperature 1/inverse;
// rows without a label get zero. Rows as in divergence.wgsl; one thread a lane.
struct Sizes { rows: u32, lanes: u32, down: u32, inverse: f32 }
@group(0) @binding(0) var<storage, read> student: array<Lane>;
@group(0) @binding(1) var<storage, read> teacher: array<Lane>;
@group(0) @binding(2) var<storage, read> rows: array<vec4f>;
@group(0) @binding(3) var<storage, read> weight: f32;
@group(0) @binding(4) var<storage, read> upstream: f32;
@group(0) @binding(5) var<storage, read_write> dStudent: array<Lane>;
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let inverse = sizes.inverse;
  let factor = inverse * weight * upstream;
  let index = id.z * sizes.down + id.y;
  if (index >= sizes.rows || id.x >= lanes) { return; }
  let row = rows[index];
  let i = index * lanes + id.x;
  let away = exp(inverse * student[i] - spread(row.x)) - exp(inverse * teacher[i] - spread(row.w));
  dStudent[i] = away * select(0.0, factor, row.z >= 0.0);
}
