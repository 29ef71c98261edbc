//! What a hazard's footprint hits.

mod bench;
mod footprint;
mod index;
mod lines;

pub use bench::{BenchCase, bench_case};
pub use footprint::{Footprint, FootprintError, RADIUS_MAX_MM, VERTICES_MAX};
pub use index::{Hits, Index, Points};
pub use lines::share_inside;

#[cfg(test)]
mod tests;
