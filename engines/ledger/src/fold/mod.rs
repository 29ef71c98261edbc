//! The one fold: ops about an entity into a view, for every entity alike.
//!
//! A pure function of the set of ops and of how each stands: order of arrival, clocks and the place
//! of computing cannot show. What has seen what is kept as one position for each log that wrote
//! about the entity, so that a long history costs its logs and heads, not its square.
//! Judges no signature ([`crate::authority`]), reads no bytes, knows no entity by name.
//! Source: sync §4.

mod bytes;
mod dispute;
mod effective;
mod entity;
mod graph;
mod incremental;
mod op;
mod registry;
mod resolve;
mod seen;
mod write;

#[cfg(test)]
pub(crate) mod tests;

pub use bytes::ViewError;
pub use dispute::{DisputeRow, disputes};
pub use effective::{Covering, effective_level};
pub use incremental::{EntityFold, Pushed, fold_entity};
pub use op::{Chained, FoldOp};
pub use registry::{LEDGER_CODES, Registry};
pub use resolve::Decided;
pub(crate) use resolve::Scope;
