// The gradients of both halves of x [rows, 2·width] from that of y = activated(a) ⊙ b; plus previous ones.
struct Sizes { rows: u32, lanes: u32, down: u32, added: u32 }
@group(0) @binding(0) var<storage, read> x: array<Lane>;
@group(0) @binding(1) var<storage, read> dy: array<Lane>;
@group(0) @binding(2) var<storage, read> previous: array<Lane>;
@group(0) @binding(3) var<storage, read_write> dx: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let lanes = sizes.lanes;
  let row = id.z * sizes.down + id.y;
  if (row >= sizes.rows || id.x >= lanes) { return; }
  let i = row * lanes + id.x;
  let at = i + row * lanes;
  let a = x[at];
  let b = x[at + lanes];
  let upstream = dy[i];
  let added = sizes.added == 1u;
  dx[at] = upstream * b * slopeAt(a) + select(spread(0.0), previous[at], added);
  dx[at + lanes] = upstream * activated(a) + select(spread(0.0), previous[at + lanes], added);
}
