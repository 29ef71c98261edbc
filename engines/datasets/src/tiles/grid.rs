//! The Web Mercator tile grid.

use crate::Bounds;

/// Side of a tile in its own units.
pub(super) const EXTENT: f64 = 4096.0;
/// Units around a tile that are drawn too, so that lines meet at its edge.
pub(super) const MARGIN: f64 = 96.0;

/// A tile of the grid: zoom, column from the west, row from the north.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileAt {
    pub(super) z: u8,
    x: u32,
    y: u32,
}

const PI: f64 = core::f64::consts::PI;

impl TileAt {
    /// The tile with these numbers; `None` where the grid has none. Zooms run from 0 to 24.
    pub fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        (z <= 24 && x < (1 << z) && y < (1 << z)).then_some(TileAt { z, x, y })
    }

    /// The tile of a zoom that a position lies in, in 1e-7 degree.
    pub fn of(z: u8, lon_e7: i32, lat_e7: i32) -> Option<Self> {
        let scale = f64::from(1u32 << z.min(24));
        let (x, y) = mercator(lon_e7, lat_e7);
        TileAt::new(z, (x * scale).max(0.0) as u32, (y * scale).max(0.0) as u32)
    }

    /// Zoom, column and row.
    pub fn zxy(&self) -> (u8, u32, u32) {
        (self.z, self.x, self.y)
    }

    /// A position in units of the tile, y to the south.
    pub(super) fn place(&self, lon_e7: i32, lat_e7: i32) -> (f64, f64) {
        let scale = f64::from(1u32 << self.z);
        let (x, y) = mercator(lon_e7, lat_e7);
        ((x * scale - f64::from(self.x)) * EXTENT, (y * scale - f64::from(self.y)) * EXTENT)
    }

    /// The box of the tile and its margin.
    pub(super) fn bounds(&self) -> Bounds {
        let side = f64::from(1u32 << self.z);
        let margin = MARGIN / EXTENT;
        let (x, y) = (f64::from(self.x), f64::from(self.y));
        let lon = |column: f64| {
            ((column / side * 360.0 - 180.0) * 1e7).clamp(-1_800_000_000.0, 1_800_000_000.0) as i32
        };
        let lat = |row: f64| {
            let n = PI * (1.0 - 2.0 * row / side);
            let degrees = libm::atan(libm::sinh(n)) * 180.0 / PI;
            (degrees * 1e7).clamp(-900_000_000.0, 900_000_000.0) as i32
        };
        Bounds {
            west: lon(x - margin),
            east: lon(x + 1.0 + margin),
            north: lat(y - margin),
            south: lat(y + 1.0 + margin),
        }
    }
}

/// Position on the whole map, 0 to 1 in both directions, y to the south.
fn mercator(lon_e7: i32, lat_e7: i32) -> (f64, f64) {
    let x = f64::from(lon_e7) / 3.6e9 + 0.5;
    let lat = (f64::from(lat_e7) / 1e7).clamp(-85.051_128, 85.051_128) * PI / 180.0;
    let y = 0.5 - libm::log(libm::tan(PI / 4.0 + lat / 2.0)) / (2.0 * PI);
    (x, y)
}
