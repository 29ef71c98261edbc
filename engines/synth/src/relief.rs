//! Mountains and valleys: noise for the ranges, then rain that carves them for a long time.
//!
//! The carving is the stream-power law on the drainage tree, solved downstream first, so that
//! valleys join as real ones do. References: J. Braun, S. Willett, A very efficient O(n) implicit
//! method for the stream power equation, 2013; R. Barnes, Priority-Flood, 2014.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::grid::{CELL_M, Grid, step_length};
use crate::rng::mix;

/// Where water goes from each cell.
#[derive(Clone, Debug)]
pub(crate) struct Drainage {
    /// The cell that a cell's water goes to; itself at the map's edge.
    pub(crate) receiver: Vec<u32>,
    /// Cells such that each comes after its receiver.
    pub(crate) order: Vec<u32>,
    /// Cells that drain through a cell, itself included.
    pub(crate) catchment: Vec<u32>,
}

/// The land: heights, where water goes, and how high each cell lies above its stream.
#[derive(Clone, Debug)]
pub(crate) struct Relief {
    pub(crate) grid: Grid,
    /// Height above sea level, metres.
    pub(crate) height_m: Vec<f64>,
    pub(crate) drainage: Drainage,
    /// Height above the stream that the cell drains to, metres; 0 in the stream.
    pub(crate) above_stream_m: Vec<f64>,
    /// The stream cell that a cell drains to (itself in a stream).
    pub(crate) stream_of: Vec<u32>,
    /// Steepest slope to a neighbour, metres a metre.
    pub(crate) slope: Vec<f64>,
}

/// Catchment from which water is a stream, in cells (about 2.4 km²).
pub(crate) const STREAM_CELLS: u32 = 200;
/// Catchment from which a stream is a river, in cells (about 36 km²).
pub(crate) const RIVER_CELLS: u32 = 3_000;

const ROUNDS: usize = 14;

impl Relief {
    pub(crate) fn new(seed: u64, grid: Grid) -> Self {
        let uplift = uplift(seed, grid);
        let mut height = start(seed, grid, &uplift);
        for _ in 0..ROUNDS {
            let drainage = drain(grid, &mut height);
            carve(grid, &mut height, &uplift, &drainage);
        }
        let mut drainage = drain(grid, &mut height);
        flatten_valleys(&mut height, &drainage);
        drainage = drain(grid, &mut height);
        let (above_stream_m, stream_of) = above_stream(&height, &drainage);
        let slope = (0..grid.cells()).map(|cell| steepest(grid, &height, cell)).collect();
        Relief { grid, height_m: height, drainage, above_stream_m, stream_of, slope }
    }

    /// Whether water runs in the cell all year.
    pub(crate) fn is_stream(&self, cell: usize) -> bool {
        self.drainage.catchment[cell] >= STREAM_CELLS
    }

    /// Whether the cell is part of a river that needs a real bridge.
    pub(crate) fn is_river(&self, cell: usize) -> bool {
        self.drainage.catchment[cell] >= RIVER_CELLS
    }
}

/// Noise in [-1, 1] with features about one unit wide.
pub(crate) fn noise(seed: u64, x: f64, y: f64) -> f64 {
    let floor = |v: f64| if v < 0.0 { v as i64 - 1 } else { v as i64 };
    let (ix, iy) = (floor(x), floor(y));
    let (fx, fy) = (x - ix as f64, y - iy as f64);
    let corner = |dx: i64, dy: i64| {
        let key = mix(seed ^ mix((ix + dx) as u64 ^ mix((iy + dy) as u64)));
        (key >> 11) as f64 / 4_503_599_627_370_496.0 - 1.0
    };
    let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (u, v) = (ease(fx), ease(fy));
    let low = corner(0, 0) * (1.0 - u) + corner(1, 0) * u;
    let high = corner(0, 1) * (1.0 - u) + corner(1, 1) * u;
    low * (1.0 - v) + high * v
}

/// Several layers of noise, each half as wide and half as strong; about in [-1, 1].
pub(crate) fn layered(seed: u64, x: f64, y: f64, layers: u32) -> f64 {
    let (mut sum, mut strength, mut scale) = (0.0, 0.5, 1.0);
    for layer in 0..layers {
        sum += strength * noise(seed.wrapping_add(u64::from(layer)), x * scale, y * scale);
        strength *= 0.5;
        scale *= 2.03;
    }
    sum
}

/// How strongly each place rises, 0 to 1: ranges with basins between them.
fn uplift(seed: u64, grid: Grid) -> Vec<f64> {
    let own = mix(seed ^ 0x51);
    let cell = |cell: usize| {
        let (x, y) = grid.xy(cell);
        let (kx, ky) = (f64::from(x) * CELL_M / 1000.0, f64::from(y) * CELL_M / 1000.0);
        // Ranges run from south-west to north-east, as folded mountains do.
        let (along, across) = (kx * 0.8 + ky * 0.6, ky * 0.8 - kx * 0.6);
        let bend = layered(own ^ 7, along / 14.0, across / 14.0, 3) * 6.0;
        let ridge = 1.0 - (noise(own, along / 24.0, (across + bend) / 8.5) * 1.6).abs();
        let wide = 0.5 + layered(own ^ 3, kx / 26.0, ky / 26.0, 2);
        let north = f64::from(y) / grid.height as f64;
        (0.15 + 0.5 * ridge.max(0.0) * wide.max(0.1) + 0.35 * north * wide.max(0.0))
            .clamp(0.02, 1.0)
    };
    (0..grid.cells()).map(cell).collect()
}

fn start(seed: u64, grid: Grid, uplift: &[f64]) -> Vec<f64> {
    let own = mix(seed ^ 0x91);
    let (w, h) = (grid.width as f64, grid.height as f64);
    let cell = |cell: usize| {
        let (x, y) = grid.xy(cell);
        let (fx, fy) = (f64::from(x) / w, f64::from(y) / h);
        let outlet = ((fx - 0.62) * (fx - 0.62) + fy * fy).sqrt();
        let rough = layered(own, f64::from(x) / 18.0, f64::from(y) / 18.0, 5);
        160.0 + 520.0 * outlet + 420.0 * uplift[cell] + 130.0 * rough
    };
    (0..grid.cells()).map(cell).collect()
}

/// Fills hollows and finds where water goes; heights rise by millimetres in what was a hollow.
pub(crate) fn drain(grid: Grid, height_m: &mut [f64]) -> Drainage {
    let cells = grid.cells();
    let mut receiver = vec![u32::MAX; cells];
    let mut order = Vec::with_capacity(cells);
    let mut heap = BinaryHeap::new();
    let key = |h: f64| (h * 1000.0) as i64;
    let (w, h) = (grid.width, grid.height);
    // Water leaves over the southern edge and the lower halves of the sides.
    let is_outlet = |cell: usize| {
        let (x, y) = (cell % w, cell / w);
        y == 0 || ((x == 0 || x == w - 1) && y * 4 < h)
    };
    for cell in 0..cells {
        if is_outlet(cell) {
            receiver[cell] = cell as u32;
            heap.push(Reverse((key(height_m[cell]), cell)));
        }
    }
    while let Some(Reverse((_, cell))) = heap.pop() {
        order.push(cell as u32);
        for (next, step) in grid.neighbours(cell) {
            if receiver[next] == u32::MAX {
                receiver[next] = cell as u32;
                let floor = height_m[cell] + 0.02 * step_length(step);
                if height_m[next] < floor {
                    height_m[next] = floor;
                }
                heap.push(Reverse((key(height_m[next]), next)));
            }
        }
    }
    let mut catchment = vec![1u32; cells];
    for cell in order.iter().rev() {
        let to = receiver[*cell as usize];
        if to != *cell {
            catchment[to as usize] += catchment[*cell as usize];
        }
    }
    Drainage { receiver, order, catchment }
}

fn carve(grid: Grid, height: &mut [f64], uplift: &[f64], drainage: &Drainage) {
    for cell in &drainage.order {
        let (cell, to) = (*cell as usize, drainage.receiver[*cell as usize] as usize);
        if cell == to {
            continue;
        }
        let area = f64::from(drainage.catchment[cell]);
        let diagonal = grid.xy(cell).0 != grid.xy(to).0 && grid.xy(cell).1 != grid.xy(to).1;
        let length = if diagonal { 1.414 } else { 1.0 };
        let bite = 0.016 * area.sqrt() / length;
        let risen = height[cell] + 34.0 * uplift[cell];
        height[cell] = (risen + bite * height[to]) / (1.0 + bite);
    }
    // Slopes above about 40 degrees slide until they hold.
    let steep = 0.85 * CELL_M;
    for cell in &drainage.order {
        let (cell, to) = (*cell as usize, drainage.receiver[*cell as usize] as usize);
        if height[cell] > height[to] + steep {
            height[cell] = height[to] + steep;
        }
    }
}

/// Rivers lay down flat ground beside them, the more the larger they are.
fn flatten_valleys(height: &mut [f64], drainage: &Drainage) {
    let (above, stream_of) = above_stream(height, drainage);
    for cell in 0..height.len() {
        let stream = stream_of[cell] as usize;
        let width = f64::from(drainage.catchment[stream]).sqrt();
        let flat = (width * 0.22).min(36.0);
        if above[cell] > 0.0 && above[cell] < flat {
            let share = above[cell] / flat;
            height[cell] = height[stream] + above[cell] * (0.12 + 0.88 * share * share);
        }
    }
}

fn above_stream(height: &[f64], drainage: &Drainage) -> (Vec<f64>, Vec<u32>) {
    let cells = height.len();
    let (mut above, mut stream_of) = (vec![0.0; cells], vec![0u32; cells]);
    for cell in &drainage.order {
        let (i, to) = (*cell as usize, drainage.receiver[*cell as usize]);
        if drainage.catchment[i] >= STREAM_CELLS || to == *cell {
            stream_of[i] = *cell;
        } else {
            stream_of[i] = stream_of[to as usize];
            above[i] = (height[i] - height[stream_of[i] as usize]).max(0.0);
        }
    }
    (above, stream_of)
}

fn steepest(grid: Grid, height: &[f64], cell: usize) -> f64 {
    let rise = |(next, step): (usize, usize)| {
        (height[next] - height[cell]).abs() / (CELL_M * step_length(step))
    };
    grid.neighbours(cell).map(rise).fold(0.0, |a, b| if b > a { b } else { a })
}
