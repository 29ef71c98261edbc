//! Areas and rows as GeoJSON.
//!
//! Read are the areas of a document: the outline of an event, of a zone. Positions are checked,
//! rings must be sound, and sizes have limits; points and lines are counted and left out, and
//! properties are passed over. Written are areas, and features with properties for those who open
//! our rows elsewhere.
//!
//! Source: RFC 7946. A `crs` of the older form is taken where it names CGCS2000 or WGS 84.

mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

use std::collections::BTreeMap;

pub use error::{GeoJsonError, Reason};
use kernel::LonLat;
pub use read::parse_area;
pub use write::{FeatureWriter, Property, write_area};

/// The most bytes that a document may have. Source: house, limits on input (an upload).
pub const BYTES_MAX: usize = 200 << 20;

/// An area with its holes. Each ring is closed: its last position is its first.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Polygon {
    /// The outline.
    pub exterior: Vec<LonLat>,
    /// What is cut out of it.
    pub holes: Vec<Vec<LonLat>>,
}

impl Polygon {
    /// All rings, the outline first.
    pub fn rings(&self) -> impl Iterator<Item = &Vec<LonLat>> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }
}

/// The areas of a document.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Areas {
    /// Polygons in the order of the document.
    pub polygons: Vec<Polygon>,
    /// Geometries that have no area, by type, with their number.
    pub left_out: BTreeMap<String, u32>,
}

impl Areas {
    /// Vertices in all, the closing ones not counted.
    pub fn vertices(&self) -> usize {
        let rings = self.polygons.iter().flat_map(Polygon::rings);
        rings.map(|ring| ring.len().saturating_sub(1)).sum()
    }
}

/// A geometry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Geometry {
    /// A position.
    Point(LonLat),
    /// A line.
    Line(Vec<LonLat>),
    /// Areas.
    Area(Vec<Polygon>),
}
