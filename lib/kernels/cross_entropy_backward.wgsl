// dLogits = upstream · weight · (softmax(logits) − onehot(label)); rows without a label get zero. Rows as in
// cross_entropy.wgsl; one thread a lane.
struct Sizes { rows: u32, lanes: u32, down: u32 }
@group(0) @binding(0) var<storage, read> logits: array<Lane>;
@group(0) @binding(1) var<storage, read> rows: array<vec4f>;
@group(0) @binding(2) var<storage, read> weight: f32;
@group(0) @binding(3) var<storage, read> upstream: f32;
@group(0) @binding(4) var<storage, read_write> dLogits: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let factor = weight * upstream;
  let index = id.z * sizes.down + id.y;
  if (index >= sizes.rows || id.x >= lanes) { return; }
  let row = rows[index];
  let labelled = row.z >= 0.0;
  let at = u32(max(row.z, 0.0));
  let wanted = select(spread(0.0), place(1.0, at % LANE), at / LANE == id.x);
  let i = index * lanes + id.x;
  dLogits[i] = (exp(logits[i] - spread(row.x)) - wanted) * select(0.0, factor, labelled);
}
