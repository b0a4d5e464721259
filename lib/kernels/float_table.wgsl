// A table of floats.
@group(0) @binding(0) var<storage, read> table: array<Lane>;
fn tableAt(i: u32) -> Lane { return table[i]; }

