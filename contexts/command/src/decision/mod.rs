//! A decision entry: what was decided in an event, by whom, on what basis, as the log of command.
//!
//! Levels, tasks and orders are entities of their own; this is for what is none of these: a
//! handover of command, a consultation's conclusion, an instruction to change a figure. An entry is
//! never edited: a later one corrects it.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// One entry of the decision log. Source: domain, §1, 24, 25, 28; ERL art. 61.
pub struct Decision;

const STATES: &[(u8, &str)] = &[(1, "Entered"), (2, "Corrected")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "enter",
        0,
        &["event", "sort", "text"],
        &[
            "happened_at",
            "observed_at",
            "place",
            "decided_by",
            "basis",
            "about",
            "ratifies",
            "present",
            "document",
            "heard_by",
            "note",
        ],
    ),
    Verb::new(2, "correct", 0, &["corrected_by"], &["note"]),
];

const EDGES: &[Edge] = &[
    Edge::new(None, "enter", Some("Entered"), "decision.enter", "domain, §4.6"),
    Edge::new(Some("Entered"), "correct", Some("Corrected"), "decision.enter", "domain, §15, 23"),
];

const SORT: Shape = Shape::Code(&[
    (1, "decision"),
    (2, "consultation"),
    (3, "assessment"),
    (4, "command_handover"),
    (5, "instruction"),
    (6, "ratification"),
]);

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(12, "event", Shape::Ref(&["event"])),
    Field::ranked(13, "text", Shape::Text(4_000)),
    Field::ranked(14, "sort", SORT),
    Field::ranked(15, "decided_by", Shape::Ref(&["post", "organisation"])),
    Field::ranked(16, "basis", Shape::Text(2_000)),
    Field::ranked(17, "about", Shape::List(&Shape::Ref(&[]), 50)),
    Field::ranked(18, "ratifies", Shape::Ref(&[])),
    Field::ranked(19, "present", Shape::List(&Shape::Ref(&["post", "organisation"]), 100)),
    Field::ranked(20, "document", Shape::Blob),
    Field::ranked(21, "heard_by", Shape::Ref(&["post", "person"])),
    Field::ranked(22, "corrected_by", Shape::Ref(&["decision"])),
];

impl Entity for Decision {
    const KIND: Kind = Kind { number: 28, name: "decision" };
    const OPS: &'static [OpType] =
        &[OpType::v1(448, Topic::Orders, Lane::Command, DataClass::Internal)];
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
