//! A made-up village or county from a seed: looks real and is nobody's.
//!
//! Relief and rivers come first, then towns and villages where people would live, then roads,
//! buildings, sites, enterprises, forces, stock and posts; all as plain values ([`County`]) and as
//! dataset files. It is a pure function of seed and size: integers, and `f64` with + − × ÷ √ only,
//! so that the same seed gives the same bytes on every machine. [`scenario`] turns a data file of
//! timed injects into what happens in such a county.
//!
//! It writes no file and no op, and nothing in it is about a real place: codes begin with 99,
//! telephone numbers with three zeros.

mod building;
mod enterprise;
mod forces;
mod frame;
mod grid;
mod hamlet;
mod hazard;
mod landcover;
mod layers;
mod make;
mod model;
mod names;
mod network;
mod outline;
mod overlay;
mod paths;
mod people;
mod plan;
mod posts;
mod relief;
mod rng;
pub mod scenario;
mod settle;
mod site;
mod size;
mod water;

pub use make::generate;
pub use model::{
    AgeBands, County, Danger, Division, Enterprise, Equipment, Figures, Item, LayerFile, Lot, Name,
    Organisation, People, Person, Post, RiskPoint, Site, Team, Vehicle, Village,
};
pub use network::{RoadNetwork, RoadNode, RoadSegment, structure};
pub use overlay::{OverlayError, SETTLEMENTS_MAX, overlay};
pub use size::{Size, SizeError};

#[cfg(test)]
mod tests;
