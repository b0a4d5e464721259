// silu(a) = a · sigmoid(a), and its slope.
fn activated(a: Lane) -> Lane { return a * sigmoid(a); }
fn slopeAt(a: Lane) -> Lane {
  let s = sigmoid(a);
  return s * (1.0 + a * (1.0 - s));
}
fn sigmoid(a: Lane) -> Lane { return 1.0 / (1.0 + exp(-a)); }

