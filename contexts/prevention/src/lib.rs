//! Prevention: hidden dangers, found, judged by published criteria, fixed, and struck off by
//! others.
//!
//! The criteria are tables; what they say of a danger is kept with table, version and inputs.
//! Nothing here inspects, fines or closes an enterprise.

pub mod danger;

pub use danger::Danger;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
