//! A correction: what somebody on the spot knows better than a row of a dataset.
//!
//! It stands on top of the row until the layer's next version takes it in. The row is named by its
//! lasting id; what the column means stands in the layer's own description.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// A value that replaces one of a dataset's row. Source: house, decision 4.
pub struct Correction;

const STATES: &[(u8, &str)] = &[(1, "Proposed"), (2, "Applied"), (3, "Refused"), (4, "TakenIn")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "propose",
        0,
        &["layer", "row", "sort"],
        &["column", "corrected", "observed_at", "position", "place", "photos", "seen_how", "note"],
    ),
    Verb::new(2, "apply", 0, &[], &["note"]),
    Verb::new(3, "refuse", 0, &["reason"], &["note"]),
    Verb::new(4, "take_in", 0, &["dataset"], &["note"]),
];

const PROPOSE: &str = "correction.propose";
const APPLY: &str = "correction.apply";

const EDGES: &[Edge] = &[
    Edge::new(None, "propose", Some("Proposed"), PROPOSE, "house, decision 4"),
    Edge::new(Some("Proposed"), "apply", Some("Applied"), APPLY, "house, decision 4"),
    Edge::new(Some("Proposed"), "refuse", Some("Refused"), APPLY, "house, decision 4"),
    Edge::new(Some("Applied"), "take_in", Some("TakenIn"), APPLY, "house, decision 4"),
];

const SORT: Shape = Shape::Code(&[(1, "value"), (2, "gone"), (3, "new"), (4, "moved")]);

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(12, "layer", Shape::Text(60)),
    Field::ranked(13, "row", Shape::Ref(&[])),
    Field::ranked(14, "column", Shape::Text(60)),
    Field::ranked(15, "corrected", Shape::Text(300)),
    Field::ranked(16, "sort", SORT),
    Field::ranked(17, "photos", Shape::List(&Shape::Blob, 20)),
    Field::ranked(18, "seen_how", Shape::Code(&[(1, "on_site"), (2, "document"), (3, "told")])),
    Field::ranked(19, "reason", Shape::Text(1_000)),
    Field::ranked(20, "dataset", Shape::Ref(&["dataset"])),
];

impl Entity for Correction {
    const KIND: Kind = Kind { number: 23, name: "correction" };
    const OPS: &'static [OpType] =
        &[OpType::v1(368, Topic::Documents, Lane::Routine, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = STATES;
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command, cx)
    }
}
