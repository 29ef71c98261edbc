//! One installation at work: the registry of entities, the record, the use cases of the main job.
//!
//! Reads no SQL and speaks no HTTP; the store, the clock's time and chance are given to it. A use
//! case is one call that the command line, the API and the console share.

mod accounts;
mod approve;
pub mod area;
mod calls;
mod changes;
mod check;
mod count;
mod derived;
mod describe;
mod desk;
mod error;
mod figure;
mod ground;
mod import;
mod journal;
mod labels;
mod level;
mod plan;
pub mod record;
mod registry;
mod take_in;
mod text;

pub use accounts::{Account, Accounts, Post};
pub use changes::Change;
pub use check::may;
pub use describe::{OpInfo, Ops};
pub use desk::{Blobs, Desk, Info, Parts};
pub use error::Error;
pub use figure::{Figure, FigureStatus, Source};
pub use labels::Labels;
pub use registry::ENTITIES;
pub use text::Text;
