// A table packed in float16, four neighbouring elements at a time.
@group(0) @binding(0) var<storage, read> table: array<vec2u>;
fn tableAt(i: u32) -> Lane {
  let packed = table[i];
  return vec4f(unpack2x16float(packed.x), unpack2x16float(packed.y));
}

