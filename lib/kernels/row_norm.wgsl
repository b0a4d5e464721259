// Normalization of rows in registers. The kernel declares `gain [D]` and, for the way back, `x [rows, D]`.

// Turns rows x into gain ⊙ x / √(mean(x²) + eps).
fn normalizeRows(tile: ptr<function, Tile>, lane: u32, eps: f32) {
  for (var t = 0u; t < TILE; t++) {
    var squares = 0.0;
    for (var q = 0u; q < QUADS; q++) { squares += dot((*tile)[t * QUADS + q], (*tile)[t * QUADS + q]); }
    let inverse = inverseSqrt(acrossLanes(squares, lane) / f32(4u * TEXELS) + eps);
    for (var q = 0u; q < QUADS; q++) { (*tile)[t * QUADS + q] *= gain[q * LANES + lane] * inverse; }
  }
}

// Turns the gradient of the normalized rows `first` … into that of x: (g − x · inverse² · mean(g ⊙ x)) · inverse with
// g = gradient ⊙ gain and inverse = 1 / √(mean(x²) + eps).
fn throughNorm(gradient: ptr<function, Tile>, first: u32, rows: u32, lane: u32, eps: f32) {
  for (var t = 0u; t < TILE; t++) {
    let start = min(first + t, rows - 1u) * TEXELS + lane;
    var texels: array<vec4f, QUADS>;
    var squares = 0.0;
    var products = 0.0;
    for (var q = 0u; q < QUADS; q++) {
      let i = t * QUADS + q;
      texels[q] = x[start + q * LANES];
      (*gradient)[i] *= gain[q * LANES + lane];
      squares += dot(texels[q], texels[q]);
      products += dot(texels[q], (*gradient)[i]);
    }
    let inverse = inverseSqrt(acrossLanes(squares, lane) / f32(4u * TEXELS) + eps);
    let pull = inverse * inverse * acrossLanes(products, lane) / f32(4u * TEXELS);
    for (var q = 0u; q < QUADS; q++) {
      let i = t * QUADS + q;
      (*gradient)[i] = ((*gradient)[i] - texels[q] * pull) * inverse;
    }
  }
}
