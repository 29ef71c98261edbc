//! A duty shift: who holds a post from when to when, and what was handed over.
//!
//! The duty that an act is worth stands in certificates and duty ops (`ledger`); this is the rota
//! that people read and call by.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// One turn of one post. Source: domain, §1, 29.
pub struct DutyShift;

/// Body key of the post.
pub const POST: u8 = 12;
/// Body key of the person on duty.
pub const PERSON: u8 = 13;

const STATES: &[(u8, &str)] = &[(1, "Planned"), (2, "OnDuty"), (3, "HandedOver"), (4, "Cancelled")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "plan",
        0,
        &["post", "person", "begins_at", "ends_at"],
        &["duty_role", "phone", "place", "note"],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &["person", "begins_at", "ends_at", "duty_role", "phone", "note"],
    ),
    Verb::new(3, "begin", 0, &[], &["note"]),
    Verb::new(4, "hand_over", 0, &["handed_to"], &["open_items", "note"]),
    Verb::new(5, "cancel", 0, &["note"], &[]),
];

const ROTA: &str = "duty.plan";
const TURN: &str = "duty.take";

const EDGES: &[Edge] = &[
    Edge::new(None, "plan", Some("Planned"), ROTA, "domain, §1, 29"),
    Edge::new(Some("Planned"), "change", None, ROTA, "domain, §1, 29"),
    Edge::new(Some("Planned"), "begin", Some("OnDuty"), TURN, "domain, §1, 29"),
    Edge::new(Some("OnDuty"), "hand_over", Some("HandedOver"), TURN, "domain, §1, 29"),
    Edge::new(Some("Planned"), "cancel", Some("Cancelled"), ROTA, "domain, §1, 29"),
];

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(POST, "post", Shape::Ref(&["post"])),
    Field::ranked(PERSON, "person", Shape::Ref(&["person"])),
    Field::ranked(14, "begins_at", Shape::Instant),
    Field::ranked(15, "ends_at", Shape::Instant),
    Field::ranked(16, "duty_role", Shape::Code(&[(1, "principal"), (2, "deputy"), (3, "leader")])),
    Field::ranked(17, "phone", Shape::Text(60)),
    Field::ranked(18, "handed_to", Shape::Ref(&["person"])),
    Field::ranked(19, "open_items", Shape::List(&Shape::Ref(&[]), 200)),
];

impl Entity for DutyShift {
    const KIND: Kind = Kind { number: 19, name: "duty_shift" };
    const OPS: &'static [OpType] =
        &[OpType::v1(304, Topic::Teams, Lane::Relief, DataClass::Internal)];
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
