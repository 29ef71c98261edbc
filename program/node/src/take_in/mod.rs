//! Outside files become commands: what a CAP alert says, in the fields of `warning::alert`.
//!
//! The original bytes are a blob and go out unchanged. What was noticed about a file comes back as
//! a list beside the alert, so that nothing is taken in silently.

mod cap;
#[cfg(test)]
mod tests;

pub use cap::{Taken, alerts};
