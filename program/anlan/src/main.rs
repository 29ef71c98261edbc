//! anlan
fn main() {}
