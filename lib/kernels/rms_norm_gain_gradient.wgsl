// dgain[i] = scale · Σ_rows dy ⊙ x · inverse + previous[i], with inverse as in rms_norm.wgsl. One workgroup a
// stretch of eight lanes, whose eight row threads walk an eighth of the rows each.
struct Sizes { rows: u32, lanes: u32, scale: f32, eps: f32, added: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> dy: array<Lane>;
@group(0) @binding(2) var<storage, read> previous: array<Lane>;
@group(0) @binding(3) var<storage, read_write> dgain: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

var<workgroup> partial: array<Lane, 64>;

@compute @workgroup_size(8, 8)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lanes = sizes.lanes;
  let rows = sizes.rows;
  let eps = sizes.eps;
  let scale = sizes.scale;
  let added = sizes.added == 1u;
  let column = min(group.x * 8u + local.x, lanes - 1u);
  var sum = spread(0.0);
  for (var row = local.y; row < rows; row += 8u) {
    var squares = spread(0.0);
    for (var i = 0u; i < lanes; i++) {
      let lane = x[row * lanes + i];
      squares += lane * lane;
    }
    let inverse = inverseSqrt(total(squares) / f32(lanes * LANE) + eps);
    sum += dy[row * lanes + column] * x[row * lanes + column] * inverse;
  }
  partial[local.y * 8u + local.x] = sum;
  workgroupBarrier();
  if (local.y != 0u || group.x * 8u + local.x >= lanes) { return; }
  sum = spread(0.0);
  for (var i = 0u; i < 8u; i++) { sum += partial[i * 8u + local.x]; }
  dgain[column] = sum * scale + select(spread(0.0), previous[column], added);
}
