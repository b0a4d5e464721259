// Rows kept in registers by one subgroup: a workgroup of LANES threads takes TILE rows of width 4 · QUADS · LANES. Of
// each row, a thread holds QUADS groups of four columns; group q of thread `lane` is the row's texel q · LANES + lane.
// STEPS = log₂ LANES.
const TEXELS = QUADS * LANES; // of a row
alias Tile = array<vec4f, TILE * QUADS>;

// The sum of a value over all threads.
fn acrossLanes(value: f32, lane: u32) -> f32 {
  var sum = value;
  for (var i = 0u; i < STEPS; i++) { sum += subgroupShuffle(sum, lane ^ (1u << i)); }
  return sum;
}

// Texel `step` of row t, given to all threads by the one that holds it.
fn texelOfRow(tile: ptr<function, Tile>, t: u32, step: u32) -> vec4f {
  var texel = vec4f();
  for (var q = 0u; q < QUADS; q++) { texel = select((*tile)[t * QUADS + q], texel, step / LANES < q); }
  return subgroupShuffle(texel, step % LANES);
}
