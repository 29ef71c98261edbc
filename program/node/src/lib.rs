//! One installation at work: the registry of entities, the record, the use cases of the main job.
//!
//! Reads no SQL and speaks no HTTP; the store, the clock's time and chance are given to it. A use
//! case is one call that the command line, the API and the console share.

mod accounts;
mod alert_chain;
mod appoint;
mod approve;
pub mod area;
mod asked_again;
mod beside;
mod calls;
mod carry;
mod changes;
mod check;
mod close_account;
mod contacts;
mod contract;
mod count;
pub mod county;
mod cut_off;
mod danger;
mod danger_ask;
mod danger_sector;
mod derived;
mod describe;
mod desk;
mod episode;
mod error;
mod evidence;
mod exercise;
mod figure;
mod first;
mod forces;
mod ground;
mod guess;
mod here;
mod impact;
mod import;
mod inputs;
mod journal;
mod labels;
mod level;
mod map;
mod name_dataset;
mod named;
mod outside;
mod plain_text;
mod plan;
mod play;
mod reach;
pub mod record;
mod registry;
mod relief;
mod report;
mod report_clock;
mod road_list;
mod take_in;
mod telephone;
mod text;

pub use accounts::{Account, Accounts, Post, posts};
pub use appoint::{Appointment, KEEP_ACCOUNTS, Reach, roles_of};
pub use carry::{CarriedIn, CarriedOut, CarryError, Damaged, Inspected, inspect};
pub use changes::Change;
pub use check::may;
pub use describe::{OpInfo, Ops};
pub use desk::{Blobs, Desk, Info, Parts};
pub use error::Error;
pub use evidence::{media_type, taken_type};
pub use figure::{Figure, FigureStatus, Source};
pub use first::{First, Worth, duty_post, judge};
pub use labels::Labels;
pub use play::Played;
pub use registry::ENTITIES;
pub use relief::{Case, CaseOf};
pub use text::Text;

/// Scenario files of the program: path and text, all of `tables/<pack>/scenarios/`.
pub fn scenarios() -> &'static [(&'static str, &'static str)] {
    include!(concat!(env!("OUT_DIR"), "/scenarios.rs"))
}
