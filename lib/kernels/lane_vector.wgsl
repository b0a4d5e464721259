// A lane of four neighbouring elements, for rows whose length is divisible by four.
alias Lane = vec4f;
const LANE = 4u;
fn total(x: Lane) -> f32 { return dot(x, vec4f(1.0)); }
fn spread(x: f32) -> Lane { return vec4f(x); }

fn pick(lane: Lane, i: u32) -> f32 { return lane[i]; }
fn place(value: f32, i: u32) -> Lane {
  return select(vec4f(0.0), vec4f(value), vec4u(0u, 1u, 2u, 3u) == vec4u(i));
}

