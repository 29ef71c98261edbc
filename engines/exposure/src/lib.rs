//! What a hazard's footprint hits: people, buildings, sites, enterprises, roads.
//!
//! Counts by group with a band, the dataset's source and date, and how many rows had no figure:
//! what is not known is counted as unknown and never as zero, and a layer that is not at hand is
//! `None`. A building is counted once however many polygons overlap. The hit test is exact, in
//! whole numbers, by the one rule of [`Index`]; the columns are read in place. It decides nothing
//! about damage: being in the footprint is not being hurt.

mod bench;
mod figure;
mod footprint;
mod impact;
mod index;
mod lines;
mod people;

pub use bench::{BenchCase, bench_case};
pub use figure::{ByCode, Figure, UNKNOWN, age_days};
pub use footprint::{Footprint, FootprintError, RADIUS_MAX_MM, VERTICES_MAX};
pub use impact::{
    Buildings, EnterpriseHit, Enterprises, Impact, Layers, Roads, SiteHit, Sites, impact,
};
pub use index::{Hits, Index, Points};
pub use lines::share_inside;
pub use people::{People, SettlementHit};

#[cfg(test)]
mod impact_tests;
#[cfg(test)]
mod tests;
