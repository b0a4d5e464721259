// The tanh form of gelu, and its slope.
fn activated(a: Lane) -> Lane { return 0.5 * a * (1.0 + bend(a)); }
fn slopeAt(a: Lane) -> Lane {
  let t = bend(a);
  return 0.5 * (1.0 + t) + 0.5 * a * (1.0 - t * t) * 0.7978845608028654 * (1.0 + 0.134145 * a * a);
}
fn bend(a: Lane) -> Lane { return tanh(0.7978845608028654 * (a + 0.044715 * a * a * a)); }

