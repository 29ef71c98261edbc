//! How a hamlet and a town block are laid out: streets, and plots for houses along them.

use crate::grid::CELL_M;
use crate::relief::Relief;
use crate::rng::Rng;

/// A place for a building: its middle in cell coordinates and which way it faces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plot {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// Unit vector along the front.
    pub(crate) along: (f64, f64),
}

/// A hamlet: streets as lines of cell coordinates that begin and end at shared corners, and plots.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Corners of the streets; corner 0 is the hamlet's middle.
    pub(crate) corners: Vec<(f64, f64)>,
    /// Streets between two corners.
    pub(crate) streets: Vec<(usize, usize)>,
    pub(crate) plots: Vec<Plot>,
}

/// Directions that are exact: cosine and sine of well-known triangles.
const FACING: [(f64, f64); 6] = [
    (1.0, 0.0),
    (0.8, 0.6),
    (0.6, 0.8),
    (12.0 / 13.0, 5.0 / 13.0),
    (5.0 / 13.0, 12.0 / 13.0),
    (0.8, -0.6),
];

const PLOT_M: f64 = 21.0;
const STREET_APART_M: f64 = 84.0;
/// Distances of the rows of houses from their street, metres.
const ROWS_M: [f64; 4] = [14.0, -14.0, 34.0, -34.0];

/// Lays out a hamlet around the middle (cell coordinates) with room for `houses`, as many as the
/// ground holds.
pub(crate) fn hamlet(relief: &Relief, middle: (f64, f64), houses: usize, rng: &mut Rng) -> Layout {
    let facing = *rng.pick(&FACING);
    let place = |u: f64, v: f64| {
        let (x, y) = (u * facing.0 - v * facing.1, u * facing.1 + v * facing.0);
        (middle.0 + x / CELL_M, middle.1 + y / CELL_M)
    };
    let streets = (houses / 60 + 1).min(7);
    let half = (houses as f64 / (streets * 4) as f64 / 2.0 + 1.0) * PLOT_M;
    let mut layout = Layout { corners: vec![middle], ..Layout::default() };
    let mut spine = 0;
    for k in 0..streets * 2 {
        if layout.plots.len() >= houses {
            break;
        }
        // Streets alternate on both sides of the middle: 0, 1, -1, 2, -2 ...
        let side = if k % 2 == 1 { (k / 2 + 1) as f64 } else { -((k / 2) as f64) };
        let v = side * STREET_APART_M;
        if k > 0 {
            let joint = place(0.0, v);
            if !buildable(relief, joint) {
                continue;
            }
            let from = if k <= 2 { 0 } else { spine };
            layout.corners.push(joint);
            spine = layout.corners.len() - 1;
            layout.streets.push((from, spine));
        }
        street(relief, &mut layout, &place, (spine, v, half, houses), facing, rng);
    }
    layout.plots.truncate(houses);
    layout
}

fn street(
    relief: &Relief,
    layout: &mut Layout,
    place: &impl Fn(f64, f64) -> (f64, f64),
    (joint, v, half, houses): (usize, f64, f64, usize),
    along: (f64, f64),
    rng: &mut Rng,
) {
    for way in [1.0, -1.0] {
        let before = layout.plots.len();
        let count = (half / PLOT_M) as usize + 1;
        for i in 0..count {
            let u = way * (i as f64 + 0.7) * PLOT_M;
            for row in ROWS_M {
                let shift = (rng.unit() - 0.5) * 5.0;
                let (x, y) = place(u + shift, v + row);
                if layout.plots.len() < houses && buildable(relief, (x, y)) && !rng.chance(70) {
                    layout.plots.push(Plot { x, y, along });
                }
            }
        }
        if layout.plots.len() > before {
            layout.corners.push(place(way * half, v));
            layout.streets.push((joint, layout.corners.len() - 1));
        }
    }
}

/// Whether a house can stand there: dry, not too steep, not beside a stream.
fn buildable(relief: &Relief, (x, y): (f64, f64)) -> bool {
    let Some(cell) = relief.grid.at(x as i32, y as i32) else { return false };
    x >= 0.0 && y >= 0.0 && !relief.is_stream(cell) && relief.slope[cell] < 0.45
}

/// Plots in the block between four streets, north-east of a built-up cell's middle.
pub(crate) fn block(cell_x: i32, cell_y: i32, rng: &mut Rng) -> Vec<Plot> {
    let mut plots = Vec::new();
    for row in 0..4 {
        for column in 0..5 {
            let jitter = |rng: &mut Rng| (rng.unit() - 0.5) * 0.03;
            let x = f64::from(cell_x) + 0.5 + 0.14 + 0.18 * f64::from(column) + jitter(rng);
            let y = f64::from(cell_y) + 0.5 + 0.15 + 0.235 * f64::from(row) + jitter(rng);
            plots.push(Plot { x, y, along: (1.0, 0.0) });
        }
    }
    plots
}
