// Blocks of another buffer are what low_rank_blocks.wgsl adds to.
@group(0) @binding(3) var<storage, read> base: array<Lane>;
@group(0) @binding(4) var<storage, read_write> x: array<Lane>;
@group(0) @binding(5) var<uniform> sizes: Sizes;
fn before(i: u32) -> Lane { return base[i]; }

