// A table packed in float16, one element at a time.
@group(0) @binding(0) var<storage, read> table: array<u32>;
fn tableAt(i: u32) -> Lane { return unpack2x16float(table[i >> 1u])[i & 1u]; }

