//! The default rule: all of it stands in [`Rule`](super::Rule)'s own answers.

use super::{Rank, Rule};

impl Rule for Rank {}
