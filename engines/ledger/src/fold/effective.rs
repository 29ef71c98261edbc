//! The response level that is effective at a place: its own or a covering superior's.
//!
//! A view over several folds and the division table, not a fold: no op decides it.
//! Source: sync §8, response level.

use std::collections::BTreeSet;

use kernel::PlaceCode;

/// A response level in force at a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covering {
    /// The unit whose office set it.
    pub place: PlaceCode,
    /// The level; larger is more severe.
    pub level: i64,
    /// Units it covers; empty: the whole subtree.
    pub covers: Vec<PlaceCode>,
}

/// The most severe of a place's own level and those of superiors that cover it; `None` where there
/// is none. `up` is the place itself and its superiors, nearest first, from the division table.
pub fn effective_level(up: &[PlaceCode], levels: &[Covering]) -> Option<i64> {
    let own = up.first()?;
    let above: BTreeSet<&PlaceCode> = up.iter().collect();
    let covers = |c: &&Covering| {
        let inside = c.covers.is_empty() || c.covers.iter().any(|p| above.contains(p));
        above.contains(&c.place) && (c.place == *own || inside)
    };
    levels.iter().filter(covers).map(|c| c.level).max()
}
