//! The words every room shares: ids, references, times, places, units and uncertain figures.
//!
//! It knows no op, no entity and no file. Everything here is plain data with a canonical text form,
//! so that two rooms that never heard of each other write the same thing the same way.

mod estimate;
mod id;
mod kind;
mod near;
mod place;
mod time;
mod unit;

pub use estimate::{Estimate, Truth};
pub use id::{EntityId, Hash32, Hasher, IdError, KeyId, LogId, OpId, Prefix, hash, hash_tagged};
pub use kind::{HazardKind, Kind, Ref, RefError};
pub use near::Near;
pub use place::{LonLat, PlaceCode, PlaceError, geodesic_mm};
pub use time::{CLOCKS_DIFFER_MAX_MS, ClockQuality, Stamp, TimeError, UnixMillis, UnixSeconds};
pub use unit::{Fen, Metres, Millis, Persons};
