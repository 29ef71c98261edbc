//! The road graph as it is now: closures, routes, who is cut off and for whom.
//!
//! Built from rows of the dataset layer `road` (and of `river` for boats). Reports are resolved to
//! a [`State`] by a pure function in no order; what is unknown is never taken for open, because
//! only [`weight`] makes a [`Weight`] and it asks for the [`Policy`]. It knows no op, no file and
//! no clock; times are whole milliseconds and [`INF_MS`] is no way.

mod area;
mod graph;
mod overlay;
mod profile;
mod reach;
mod rows;
mod search;
mod snap;
mod state;
mod weight;

pub use graph::{
    Arc, ArcKey, Carrier, Class, Direction, Graph, GraphBuilder, RoadRow, RoadsError, Segment,
};
pub use overlay::{Metric, Overlay, P_HAZARD_Q16};
pub use profile::{Mode, Modes, Profile};
pub use reach::{
    Approaches, LANDING_MS, PlaceReach, Reach, ReachClass, air_times, held_up_by, reach, snaps,
};
pub use rows::length_mm;
pub use search::{Sweep, Times, Towards, matrix, sweep};
pub use snap::{SNAP_LIMIT_MM, Snap, SnapIndex};
pub use state::{P_CONTRADICTED_Q16, Passable, Report, Says, Source, State, resolve, weight_q16};
pub use weight::{INF_MS, Policy, Weight, weight};

#[cfg(test)]
mod dataset_tests;
#[cfg(test)]
mod state_tests;
#[cfg(test)]
mod tests;
