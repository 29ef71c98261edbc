//! A phone log: one call that a duty room took, what was said, and what was answered to it.
//!
//! The paper pair of ICS-213 is 电话记录. A call keeps its words as they were said; whatever figures
//! follow from it are written as casualty, situation or report, by whoever stands for them. Two op
//! types, never one mixed body: the caller's own name and number are apart and can be purged, the
//! call stays. A post that rings from its duty telephone is named in the open part.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::shape::HAZARD_KINDS;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// One call taken by a duty room. Source: users, county duty officer, 1; ICS-213.
pub struct PhoneLog;

/// Body key of what was said.
pub const WHAT: u8 = 12;
/// Body key of the event it belongs to.
pub const EVENT: u8 = 13;
/// Body key of what was answered or done.
pub const ANSWER: u8 = 18;
/// Body key of the caller's own name; class 2.
pub const CALLER_NAME: u8 = 24;
/// Body key of the caller's own telephone; class 2.
pub const CALLER_NUMBER: u8 = 25;

const STATES: &[(u8, &str)] = &[(1, "Logged"), (2, "Matched"), (3, "Answered")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "log",
        0,
        &["what", "observed_at"],
        &[
            "caller_unit",
            "place",
            "event",
            "casualties",
            "caller_post",
            "told_at",
            "happened_at",
            "hazard_kind",
            "note",
        ],
    ),
    Verb::new(2, "match", 0, &["event"], &["note"]),
    Verb::new(3, "answer", 0, &["answer"], &["answered_at", "note"]),
    Verb::new(
        4,
        "correct",
        0,
        &["reason"],
        &[
            "what",
            "observed_at",
            "caller_unit",
            "place",
            "event",
            "casualties",
            "caller_post",
            "told_at",
            "happened_at",
            "hazard_kind",
            "answer",
            "answered_at",
            "note",
        ],
    ),
    Verb::new(5, "name_caller", 1, &[], &["caller_name", "caller_number"]),
];

const WRITE: &str = "report.write";
const MATCH: &str = "event.keep";
const SOURCE: &str = "users, county duty officer, 1";

const EDGES: &[Edge] = &[
    Edge::new(None, "log", Some("Logged"), WRITE, SOURCE),
    Edge::new(Some("Logged"), "match", Some("Matched"), MATCH, SOURCE),
    Edge::new(Some("Logged"), "answer", Some("Answered"), WRITE, SOURCE),
    Edge::new(Some("Matched"), "answer", Some("Answered"), WRITE, SOURCE),
    // What was answered at once still finds its event later.
    Edge::new(Some("Answered"), "match", None, MATCH, SOURCE),
    Edge::new(Some("Logged"), "correct", None, WRITE, SOURCE),
    Edge::new(Some("Matched"), "correct", None, WRITE, SOURCE),
    Edge::new(Some("Answered"), "correct", None, WRITE, SOURCE),
    Edge::new(Some("Logged"), "name_caller", None, WRITE, "PIPL"),
    Edge::new(Some("Matched"), "name_caller", None, WRITE, "PIPL"),
    Edge::new(Some("Answered"), "name_caller", None, WRITE, "PIPL"),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(WHAT, "what", Shape::Text(4_000)),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(14, "caller_unit", Shape::Text(120)),
    Field::ranked(15, "caller_post", Shape::Ref(&["post"])),
    Field::ranked(16, "hazard_kind", HAZARD_KINDS),
    Field::ranked(17, "casualties", Shape::Text(400)),
    Field::ranked(ANSWER, "answer", Shape::Text(2_000)),
    Field::ranked(19, "answered_at", Shape::Instant),
    Field::ranked(20, "told_at", Shape::Instant),
    Field::ranked(21, "reason", Shape::Text(1_000)),
    Field::ranked(CALLER_NAME, "caller_name", Shape::Text(60)),
    Field::ranked(CALLER_NUMBER, "caller_number", Shape::Text(60)),
];

impl Entity for PhoneLog {
    const KIND: Kind = Kind { number: 47, name: "phone_log" };
    const OPS: &'static [OpType] = &[
        OpType::v1(752, Topic::Incidents, Lane::Command, DataClass::Internal),
        // Not with the incidents, which are kept for ever: a register ends when its rule says so.
        OpType::v1(753, Topic::Registers, Lane::Command, DataClass::Personal),
    ];
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
