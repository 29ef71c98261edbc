//! The parts of a response's fields, and the level as a number from 1 to 4.

use kernel::PlaceCode;
use ledger::{Shape, View};

use super::{LEVEL, PROPOSAL};

/// Level 1 is the most severe and has the largest number in bytes, so that the rule of the most
/// severe needs no table. Source: ERL art. 71.
const LEVELS: &[(u8, &str)] = &[(4, "level_1"), (3, "level_2"), (2, "level_3"), (1, "level_4")];

/// A level and the places it covers; no places: the whole subtree.
pub const LEVEL_SHAPE: Shape = Shape::Record(&[
    (1, "level", Shape::Code(LEVELS)),
    (2, "places", Shape::List(&Shape::Place, 1_000)),
]);

/// What was proposed: level, and by hash the table and the evaluation it rests on.
pub const PROPOSAL_SHAPE: Shape = Shape::Record(&[
    (1, "level", Shape::Code(LEVELS)),
    (2, "table", Shape::Text(120)),
    (3, "table_hash", Shape::Hash),
    (4, "evaluation", Shape::Hash),
    (5, "level_if_open_met", Shape::Code(LEVELS)),
    (6, "met", Shape::List(&Shape::Text(80), 50)),
    (7, "undetermined", Shape::List(&Shape::Text(80), 50)),
]);

/// Who approved, how and when; by telephone also who heard it. Source: house, decision 10.
pub const APPROVAL_SHAPE: Shape = Shape::Record(&[
    (1, "mode", Shape::Code(&[(1, "console"), (2, "telephone"), (3, "paper"), (4, "meeting")])),
    (2, "approved_by", Shape::Ref(&["post", "person"])),
    (3, "approved_at", Shape::Instant),
    (4, "heard_by", Shape::Ref(&["post", "person"])),
    (5, "document_number", Shape::Text(80)),
]);

/// An approval as forms and lists show it.
pub fn show_approval(approval: &ledger::Value) -> serde_json::Value {
    APPROVAL_SHAPE.show(approval)
}

/// A response level that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// 1 (most severe) to 4.
    pub level: u8,
    /// Places it covers; empty: the whole subtree.
    pub places: Vec<PlaceCode>,
}

/// Whether a response holds at a state: decided, and neither ended nor about to end.
/// Source: domain, §4.5.
pub fn holds(state: &str) -> bool {
    matches!(state, "Decided" | "Active" | "Adjusted")
}

/// Whether measures are in force at a state: also while its end is proposed and not decided.
pub fn is_in_force(state: &str) -> bool {
    holds(state) || state == "EndProposed"
}

/// The proposed level as a code, such as `level_2`; `None`: nobody proposed one, or undetermined.
pub(super) fn proposed_code(view: &View) -> Option<&'static str> {
    let number = view.get(PROPOSAL)?.as_map()?.get(&1)?.as_int()?;
    LEVELS.iter().find(|l| i64::from(l.0) == number).map(|l| l.1)
}

/// The proposed level from 1 (most severe) to 4; `None`: nobody proposed one, or undetermined.
pub fn proposed(view: &View) -> Option<u8> {
    let code = proposed_code(view)?;
    LEVELS.iter().find(|l| l.1 == code).map(|l| 5 - l.0)
}

/// The level in a response's view; `None`: none was decided, or undetermined.
pub fn level(view: &View) -> Option<Level> {
    let parts = view.get(LEVEL)?.as_map()?;
    let severity = parts.get(&1)?.as_int()?;
    let level = u8::try_from(5 - severity).ok().filter(|l| (1..=4).contains(l))?;
    let places = parts.get(&2).and_then(|p| p.as_list()).unwrap_or_default();
    let code = |p: &ledger::Value| u64::try_from(p.as_int()?).ok().map(PlaceCode);
    Some(Level { level, places: places.iter().filter_map(code).collect() })
}
