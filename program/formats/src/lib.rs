//! Files of other people's programs, to rows of ours and back.
//!
//! OpenStreetMap extracts, GeoPackages, CSV tables and GeoJSON, read from bytes or paths under
//! limits, with a typed error that names what is wrong and where. It knows datasets and field
//! standards, no op and no entity; it judges nothing and mends nothing without saying so.

pub mod csv;
pub mod geojson;
pub mod gpkg;
pub mod osm;
pub mod rows;

#[cfg(test)]
mod shared;
#[cfg(test)]
mod spoil;
