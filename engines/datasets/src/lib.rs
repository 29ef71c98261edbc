//! Bulk layers as Arrow IPC files: their columns, order and bounds, and a reader over bytes.
//!
//! A dataset version is one file that never changes: buildings, roads, divisions, people, hazard
//! zones. What the columns are called, in which unit and what they mean stands once, in
//! [`catalogue`]; `docs/formats/dataset.md` is written from it. Rows lie in Hilbert order in
//! batches of 4,096 whose bounds stand in the file's footer, so that a reader of a small area
//! touches few pages of a mapped file. [`tiles`] draws map tiles from the same bytes.
//!
//! It opens no file and knows no op: corrections of rows are ops and lie in the ledger.

pub mod catalogue;
mod check;
mod error;
mod hilbert;
mod meta;
mod read;
pub mod tiles;
mod write;

pub use arrow_buffer::Buffer;
pub use catalogue::{Column, ColumnType, Layer, document, layer};
pub use error::{DatasetError, Part};
pub use hilbert::hilbert_key;
pub use meta::{FORMAT_VERSION, Meta};
pub use read::{Batch, Ints, Lists, Longs, Reader, Texts};
pub use write::{Cell, Table};

use kernel::{EntityId, LonLat};

/// Rows in one batch; the last batch of a file may be shorter.
pub const BATCH_ROWS: usize = 4096;

/// The lasting id of a dataset row, from the layer's name and the row's id at its source.
///
/// Source: house, decision 12.
pub fn row_id(layer: &str, source_id: &str) -> EntityId {
    EntityId::from_code(layer, source_id)
}

/// A box of positions in 1e-7 degree, edges included. It never crosses the 180th meridian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Smallest longitude, 1e-7 degree.
    pub west: i32,
    /// Smallest latitude, 1e-7 degree.
    pub south: i32,
    /// Largest longitude, 1e-7 degree.
    pub east: i32,
    /// Largest latitude, 1e-7 degree.
    pub north: i32,
}

impl Bounds {
    /// The box of one position.
    pub fn of(point: LonLat) -> Self {
        let LonLat { lon_e7, lat_e7 } = point;
        Bounds { west: lon_e7, south: lat_e7, east: lon_e7, north: lat_e7 }
    }

    /// The box of a lon, lat, lon, lat ... list; `None` where it holds no position.
    pub fn of_line(line: &[i32]) -> Option<Self> {
        let mut pairs = line.chunks_exact(2).map(|p| LonLat { lon_e7: p[0], lat_e7: p[1] });
        let mut bounds = Bounds::of(pairs.next()?);
        for point in pairs {
            bounds = bounds.with(Bounds::of(point));
        }
        Some(bounds)
    }

    /// The smallest box around both.
    pub fn with(self, other: Bounds) -> Bounds {
        Bounds {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether they share a position.
    pub fn overlaps(&self, other: &Bounds) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    /// The middle of the box.
    pub fn centre(&self) -> LonLat {
        let mid = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        LonLat { lon_e7: mid(self.west, self.east), lat_e7: mid(self.south, self.north) }
    }
}

/// The rings of an area column's value: each is closed by repeating its first position, and the
/// next position begins another ring. An unclosed last ring is given as it is.
pub fn rings(area: &[i32]) -> Vec<&[i32]> {
    let mut rings = Vec::new();
    let (mut start, mut i) = (0, 2);
    while i + 1 < area.len() {
        if area[i] == area[start] && area[i + 1] == area[start + 1] {
            rings.push(&area[start..i + 2]);
            start = i + 2;
            i = start;
        }
        i += 2;
    }
    if start + 1 < area.len() {
        rings.push(&area[start..area.len() & !1]);
    }
    rings
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod foreign_tests;
