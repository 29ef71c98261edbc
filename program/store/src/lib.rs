//! Where a node keeps its record: implementations of `ledger::OpStore` on disk.
//!
//! A store knows bytes, positions and facets; what an op or a state means it does not know. The one
//! store of this version is [`sqlite`]. Which folder, whose key and what time it is are arguments.

pub mod sqlite;

pub use sqlite::{Finding, Loss, Options, Reader, SqliteStore, StartReport};
