// dBias [Tq, Tk, H] = Σ over the batch of dS [B, H, Tq, Tk]; added to or stored.
struct Sizes { batch: u32, heads: u32, pairs: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> dS: array<f32>;
@group(0) @binding(1) var<storage, read_write> dBias: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let pair = id.x;
  let head = id.y;
  if (pair >= sizes.pairs) { return; }
  var sum = 0.0;
  for (var b = 0u; b < sizes.batch; b++) { sum += dS[(b * sizes.heads + head) * sizes.pairs + pair]; }
  let at = pair * sizes.heads + head;
  if (sizes.accumulate == 1u) { dBias[at] += sum; } else { dBias[at] = sum; }
}
