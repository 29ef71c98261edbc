//! Warning: what was warned of, and who has answered.
//!
//! An alert is what an issuer said, a callout is one duty holder being reached about it. A warning
//! is complete when the people in charge have answered, not when it was sent. Nothing here issues
//! to the public or dials a telephone.

pub mod alert;
pub mod callout;

pub use alert::Alert;
pub use callout::Callout;

#[cfg(test)]
#[path = "../../desk.rs"]
mod desk;
