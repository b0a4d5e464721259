// partial[block, :] = Σ of dy ⊙ x · inverse over a block of 64 rows, with inverse as in rms_norm.wgsl. One workgroup
// a block; each of its 64 threads takes one row first, for its inverse, then some lanes of all rows.
struct Sizes { rows: u32, lanes: u32, scale: f32, eps: f32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> dy: array<Lane>;
@group(0) @binding(2) var<storage, read_write> blocks: array<Lane>;
@group(0) @binding(3) var<uniform> sizes: Sizes;

var<workgroup> inverses: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  let eps = sizes.eps;
  let scale = sizes.scale;
  let first = group.x * 64u;
  let start = min(first + thread, rows - 1u) * lanes;
  var squares = spread(0.0);
  for (var i = 0u; i < lanes; i++) {
    let lane = x[start + i];
    squares += lane * lane;
  }
  inverses[thread] = inverseSqrt(total(squares) / f32(lanes * LANE) + eps);
  workgroupBarrier();
  let count = min(64u, rows - first);
  for (var column = thread; column < lanes; column += 64u) {
    var sum = spread(0.0);
    for (var i = 0u; i < count; i++) {
      let at = (first + i) * lanes + column;
      sum += dy[at] * x[at] * inverses[i];
    }
    blocks[group.x * lanes + column] = sum * scale;
  }
}
