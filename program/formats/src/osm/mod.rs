//! Extracts of OpenStreetMap: roads, buildings, places, sites and waters as plain rows.
//!
//! PBF, XML and gzipped XML are read. Everything that could not be used is listed, nothing is
//! invented: a road whose nodes are missing is cut there, an outline that crosses itself is left
//! out and its building kept. Tags are taken as written; what a road is like, not who may use it
//! in peace, decides its class. How many people live somewhere is an estimate of its own
//! ([`people`]), and looks like one.
//!
//! Data © OpenStreetMap contributors, ODbL 1.0; none of it lies in this repository.

#[cfg(test)]
mod bad_tests;
mod collect;
mod error;
mod layers;
mod pbf;
pub mod people;
mod problem;
mod segment;
mod shape;
mod source;
mod tags;
#[cfg(test)]
mod tests;
mod xml;

pub use error::OsmError;
use kernel::{LonLat, UnixSeconds};
pub use layers::{About, layers};
pub use people::{PlaceClass, Settlement, settlements};
pub use problem::{Problem, ProblemKind, Problems};
pub use segment::{Segment, segments};
pub(crate) use shape::point_of;
pub use source::{Limits, read};

/// What an extract holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extract {
    /// Roads, tracks, paths and ferries, in the order of the file.
    pub roads: Vec<Road>,
    /// Buildings.
    pub buildings: Vec<Building>,
    /// Named places, settlements and others.
    pub places: Vec<Place>,
    /// Schools, hospitals, fire stations and the like.
    pub sites: Vec<Site>,
    /// Rivers, streams and lakes.
    pub waters: Vec<Water>,
    /// What was met in the file.
    pub counts: Counts,
    /// What could not be used.
    pub problems: Problems,
}

/// How much of what a file holds, as tagged, used or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nodes.
    pub nodes: u64,
    /// Ways.
    pub ways: u64,
    /// Relations.
    pub relations: u64,
    /// Ways tagged `highway`.
    pub highway_ways: u64,
    /// Ways tagged `highway` and `bridge`.
    pub bridges: u64,
    /// Ways tagged `highway` and `tunnel`.
    pub tunnels: u64,
    /// Ways tagged `building`.
    pub building_ways: u64,
    /// Ways tagged `waterway`.
    pub waterway_ways: u64,
    /// Nodes tagged `place`.
    pub place_nodes: u64,
    /// When the file was cut, or the element that was changed last was changed: the file is no
    /// older; `None` where it does not say.
    pub newest: Option<UnixSeconds>,
}

/// A stretch of road as drawn by one way, in the direction in which it may be driven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Road {
    /// The way's id.
    pub way: i64,
    /// Counts the parts where missing nodes cut the way; else 0.
    pub part: u32,
    /// The nodes along it.
    pub nodes: Vec<i64>,
    /// Their positions.
    pub line: Vec<LonLat>,
    /// Class as in the layer `road`.
    pub class: &'static str,
    /// `ground`, `bridge`, `tunnel`, `ford` or `ferry`.
    pub structure: &'static str,
    /// Whether it may be driven along the line only.
    pub oneway: bool,
    /// Name as written.
    pub name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// Number of the road.
    pub road_number: Option<String>,
    /// Surface as in the layer `road`.
    pub surface: Option<&'static str>,
    /// Usable width, cm.
    pub width_cm: Option<i32>,
    /// Clear height, cm.
    pub height_cm: Option<i32>,
    /// Gross mass of the heaviest vehicle allowed, kg.
    pub load_kg: Option<i32>,
    /// Speed limit, km/h.
    pub speed_km_h: Option<i32>,
    /// A restriction that depends on time or vehicle, as written; it is not judged here.
    pub conditional: Option<String>,
}

/// A building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Building {
    /// Element and id, as `way/17`.
    pub source_id: String,
    /// Where it is counted.
    pub point: LonLat,
    /// Closed rings of its outline; empty where only a point is known.
    pub rings: Vec<Vec<LonLat>>,
    /// Name as written.
    pub name: Option<String>,
    /// Use as in the layer `building`; `None` where the tag says no more than "a building".
    pub usage: Option<&'static str>,
    /// Storeys above the ground.
    pub storeys: Option<i32>,
    /// Year of completion.
    pub built_year: Option<i32>,
}

/// A named place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Element and id, as `node/17`.
    pub source_id: String,
    /// Where.
    pub point: LonLat,
    /// The value of `place`, as written.
    pub place: String,
    /// The class, where people live there as in a settlement of their own.
    pub class: Option<PlaceClass>,
    /// Name as written.
    pub name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// The tag `population`, as a number. Often a municipality's, other settlements included,
    /// and of unknown date: kept, and not used in estimates.
    pub population_tag: Option<i64>,
}

/// A place that serves in an emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Element and id, as `way/17`.
    pub source_id: String,
    /// Where.
    pub point: LonLat,
    /// Kind as in the layer `site`.
    pub kind: &'static str,
    /// Name as written.
    pub name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// People it holds: beds or pupils.
    pub capacity: Option<i32>,
}

/// Running or standing water.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Water {
    /// Element and id, as `way/17`; the part after `.` counts pieces.
    pub source_id: String,
    /// Kind as in the layer `river`.
    pub kind: &'static str,
    /// Name as written.
    pub name: Option<String>,
    /// English name.
    pub name_en: Option<String>,
    /// The course downstream, of running water.
    pub line: Vec<LonLat>,
    /// Closed rings of the shore, of standing water.
    pub rings: Vec<Vec<LonLat>>,
    /// Width at ordinary water, m.
    pub width_m: Option<i32>,
}
