//! Map tiles drawn from dataset bytes when they are asked for: nothing is prepared or stored.
//!
//! Tiles are Mapbox Vector Tiles 2.1 on the Web Mercator grid over CGCS2000 degrees, extent 4096.
//! Their layers: `county`, `cover`, `contour`, `water`, `water_area`, `boundary`, `building`,
//! `road`, `place`, `site`. What is too small for a zoom is left out and lines are made simpler, so
//! that a tile stays under [`TILE_BYTES_MAX`]. Nothing is measured on a tile: lengths and areas are
//! geodesic and come from the datasets.
//!
//! Source: house, decision 16; Mapbox Vector Tile Specification 2.1.

mod clip;
mod content;
mod draw;
mod grid;
#[cfg(test)]
mod tests;

use crate::error::DatasetError;
use crate::read::Reader;
use crate::{Bounds, catalogue};

pub use grid::TileAt;

/// A tile is kept below this many bytes.
pub const TILE_BYTES_MAX: usize = 200_000;

/// Zooms above this are drawn by the viewer from tiles of this zoom.
pub const ZOOM_MAX: u8 = 15;

/// The datasets a base map is drawn from.
#[derive(Debug, Default)]
pub struct MapSource {
    readers: Vec<Reader>,
}

impl MapSource {
    /// A map of these datasets; of two of one layer both are drawn. Layers that are not part of a
    /// base map are allowed and left out.
    pub fn new(readers: impl IntoIterator<Item = Reader>) -> Self {
        MapSource { readers: readers.into_iter().collect() }
    }

    /// The box around everything that can be drawn.
    pub fn extent(&self) -> Option<Bounds> {
        self.readers.iter().filter_map(Reader::extent).reduce(Bounds::with)
    }

    /// The bytes of one tile; an empty list where nothing lies in it.
    ///
    /// # Errors
    /// A tile that is not on the grid, or a damaged dataset.
    pub fn tile(&self, z: u8, x: u32, y: u32) -> Result<Vec<u8>, DatasetError> {
        let at = TileAt::new(z, x, y).ok_or(DatasetError::NoTile { z, x, y })?;
        // Most tiles fit at once; the few that do not are drawn again with less in them.
        for thinning in 0..6 {
            let bytes = draw::tile(self, at, thinning)?;
            if bytes.len() < TILE_BYTES_MAX {
                return Ok(bytes);
            }
        }
        draw::tile(self, at, draw::BARE)
    }

    fn of<'a>(&'a self, layer: &'a str) -> impl Iterator<Item = &'a Reader> + 'a {
        self.readers.iter().filter(move |r| r.meta().layer == layer)
    }
}

/// A tile of the base map, as [`MapSource::tile`].
///
/// # Errors
/// As [`MapSource::tile`].
pub fn tile(source: &MapSource, z: u8, x: u32, y: u32) -> Result<Vec<u8>, DatasetError> {
    source.tile(z, x, y)
}

/// The name of a code in the catalogue, for a tag.
fn code_name(layer: &str, column: &str, code: i32) -> Option<&'static str> {
    catalogue::layer(layer)?.column(column)?.code_name(code)
}
