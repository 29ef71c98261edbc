//! GeoPackages: rows of our layers as feature tables, in and out.
//!
//! A feature table holds the rows of one layer: its columns by their names, codes by name or
//! number, and one geometry from which line, area and point are taken. The file is opened to be
//! read only, no view and no computed column of it is used, and every position, ring and size is
//! checked. Coordinates are CGCS2000 or WGS 84 degrees; any other system is refused by name, and
//! nothing is projected.
//!
//! Source: OGC 12-128r18, GeoPackage 1.3.

mod blob;
mod error;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use blob::{Shape, parse_geometry, write_geometry};
pub use error::GpkgError;
pub use read::{Imported, Limits, RejectedRow, feature_tables, read, read_strictly};
pub use write::write;
