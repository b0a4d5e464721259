// A lane of one element, for rows of any length.
alias Lane = f32;
const LANE = 1u;
fn total(x: Lane) -> f32 { return x; }
fn spread(x: f32) -> Lane { return x; }

fn pick(lane: Lane, i: u32) -> f32 { return lane; }
fn place(value: f32, i: u32) -> Lane { return value; }

