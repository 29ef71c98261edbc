//! Timing.
pub fn run() {}
