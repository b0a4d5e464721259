// x[offsets[j] + i] = keep · base[offsets[j] + i] + scale · d[j, i]: blocks of equal length placed into one buffer.
struct Sizes { blocks: u32, lanes: u32, across: u32, inPlace: u32, keep: f32, scale: f32 }
@group(0) @binding(0) var<storage, read> d: array<Lane>;
@group(0) @binding(1) var<storage, read> base: array<Lane>;
@group(0) @binding(2) var<storage, read> offsets: array<u32>; // in elements
@group(0) @binding(3) var<storage, read_write> x: array<Lane>;
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let i = id.y * sizes.across + id.x;
  if (i >= sizes.blocks * sizes.lanes) { return; }
  let at = offsets[i / sizes.lanes] / LANE + i % sizes.lanes;
  var start: Lane;
  if (sizes.inPlace == 1u) { start = x[at]; } else { start = base[at]; }
  x[at] = sizes.keep * start + sizes.scale * d[i];
}
