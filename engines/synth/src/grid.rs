//! The grid a county is made on, or a real area is divided on: square cells of about 110 m, row 0
//! in the south.

use kernel::LonLat;

/// Longitude of a cell's width, 1e-7 degree (110 m at latitude 29).
pub(crate) const CELL_LON_E7: i32 = 11_300;
/// Latitude of a cell's height, 1e-7 degree (110 m).
pub(crate) const CELL_LAT_E7: i32 = 9_900;
/// Side of a cell in metres.
pub(crate) const CELL_M: f64 = 110.0;
/// Ground of a cell in square metres.
pub(crate) const CELL_M2: i64 = 12_100;

/// Western edge of a made-up county's grid, 1e-7 degree.
const WEST_E7: i32 = 1_092_000_000;
/// Southern edge of a made-up county's grid, 1e-7 degree.
const SOUTH_E7: i32 = 287_000_000;

/// The shape of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grid {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Its south-western corner.
    pub(crate) corner: LonLat,
    /// Width and height of a cell, 1e-7 degree.
    pub(crate) cell_e7: (i32, i32),
}

/// Steps to the eight neighbours; the first four are straight.
pub(crate) const STEPS: [(i32, i32); 8] =
    [(1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, 1), (-1, -1), (1, -1)];

impl Grid {
    /// The grid of a made-up county.
    pub(crate) const fn made_up(width: usize, height: usize) -> Grid {
        let corner = LonLat { lon_e7: WEST_E7, lat_e7: SOUTH_E7 };
        Grid { width, height, corner, cell_e7: (CELL_LON_E7, CELL_LAT_E7) }
    }

    pub(crate) fn cells(&self) -> usize {
        self.width * self.height
    }

    pub(crate) fn xy(&self, cell: usize) -> (i32, i32) {
        ((cell % self.width) as i32, (cell / self.width) as i32)
    }

    pub(crate) fn at(&self, x: i32, y: i32) -> Option<usize> {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        inside.then(|| y as usize * self.width + x as usize)
    }

    /// The neighbours of a cell with the step that leads there.
    pub(crate) fn neighbours(&self, cell: usize) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (grid, (x, y)) = (*self, self.xy(cell));
        STEPS
            .iter()
            .enumerate()
            .filter_map(move |(step, (dx, dy))| grid.at(x + dx, y + dy).map(|n| (n, step)))
    }

    /// The position of the middle of a cell.
    pub(crate) fn centre(&self, cell: usize) -> LonLat {
        let (x, y) = self.xy(cell);
        self.position(f64::from(x) + 0.5, f64::from(y) + 0.5)
    }

    /// The position at these cell coordinates.
    pub(crate) fn position(&self, x: f64, y: f64) -> LonLat {
        LonLat {
            lon_e7: self.corner.lon_e7 + (x * f64::from(self.cell_e7.0)) as i32,
            lat_e7: self.corner.lat_e7 + (y * f64::from(self.cell_e7.1)) as i32,
        }
    }

    /// The cell of a position.
    pub(crate) fn cell_of(&self, point: LonLat) -> Option<usize> {
        let x = (point.lon_e7 - self.corner.lon_e7).div_euclid(self.cell_e7.0);
        let y = (point.lat_e7 - self.corner.lat_e7).div_euclid(self.cell_e7.1);
        self.at(x, y)
    }

    /// Distance between the middles of two cells, in cells, squared.
    pub(crate) fn apart2(&self, a: usize, b: usize) -> i64 {
        let ((ax, ay), (bx, by)) = (self.xy(a), self.xy(b));
        let (dx, dy) = (i64::from(ax - bx), i64::from(ay - by));
        dx * dx + dy * dy
    }
}

/// Length of a step in cells.
pub(crate) fn step_length(step: usize) -> f64 {
    if step < 4 { 1.0 } else { core::f64::consts::SQRT_2 }
}
