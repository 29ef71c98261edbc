//! Survey: places that matter in a disaster, bulk layers by version, and corrections to their rows.
//!
//! A dataset is a file named by hash in one op; its rows are never written op by op. A correction
//! is an op on top of a row. Buildings, people and zones are rows and no entities here.

pub mod correction;
pub mod dataset;
pub mod site;

pub use correction::Correction;
pub use dataset::Dataset;
pub use site::Site;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
