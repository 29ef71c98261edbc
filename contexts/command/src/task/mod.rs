//! A task: what one office gives another to do, by when, on what ground, and what became of it.
//!
//! Delivered and Read are marks from receipts and no steps. A request to a body that is not under
//! the sender is a task with `request`: Accepted means granted, and no plan counts it before. The
//! answer is written as an op type of its own, so that who answers and who issues do not race in
//! one log.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// A task or a request. Source: house, decision 8; domain, §4.4.
pub struct Task;

/// Body key of the title.
pub const TITLE: u8 = 12;
/// Body key of the department's code in the plan.
pub const DEPARTMENT: u8 = 13;
/// Body key of who must do it.
pub const ADDRESSEE: u8 = 14;
/// Body key of the deadline.
pub const DEADLINE_AT: u8 = 15;
/// Body key of the event.
pub const EVENT: u8 = 16;
/// Body key of "it is a request".
pub const REQUEST: u8 = 20;
/// Body key of the team it takes.
pub const TEAM: u8 = 21;

const STATES: &[(u8, &str)] = &[
    (1, "Issued"),
    (2, "Accepted"),
    (3, "Declined"),
    (4, "Unable"),
    (5, "Done"),
    (6, "Verified"),
    (7, "Withdrawn"),
];

const ISSUE: usize = 0;
const ANSWER: usize = 1;

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "issue",
        ISSUE,
        &["title", "addressee"],
        &[
            "title_en",
            "department",
            "deadline_at",
            "answer_by",
            "event",
            "response",
            "clause",
            "table",
            "table_hash",
            "request",
            "team",
            "measure",
            "place",
            "position",
            "radius_m",
            "target",
            "people",
            "priority",
            "clock",
            "label",
            "kind_needed",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        ISSUE,
        &[],
        &[
            "title",
            "title_en",
            "deadline_at",
            "answer_by",
            "place",
            "position",
            "radius_m",
            "target",
            "people",
            "priority",
            "note",
        ],
    ),
    Verb::new(3, "withdraw", ISSUE, &["reason"], &["note"]),
    Verb::new(4, "done", ISSUE, &["result"], &["evidence", "happened_at", "people", "note"]),
    Verb::new(5, "verify", ISSUE, &[], &["evidence", "observed_at", "note"]),
    Verb::new(6, "accept", ANSWER, &[], &["answered_by", "heard_by", "note"]),
    Verb::new(7, "decline", ANSWER, &["reason"], &["answered_by", "heard_by", "note"]),
    Verb::new(8, "unable", ANSWER, &["reason"], &["answered_by", "heard_by", "note"]),
    Verb::new(9, "progress", ANSWER, &["progress_percent"], &["observed_at", "people", "note"]),
];

const GIVE: &str = "task.issue";
const REPLY: &str = "task.answer";
const VERIFY: &str = "task.verify";
const SOURCE: &str = "house, decision 8";

const EDGES: &[Edge] = &[
    Edge::new(None, "issue", Some("Issued"), GIVE, SOURCE),
    Edge::new(Some("Issued"), "change", None, GIVE, SOURCE),
    Edge::new(Some("Accepted"), "change", None, GIVE, SOURCE),
    Edge::new(Some("Issued"), "accept", Some("Accepted"), REPLY, SOURCE),
    Edge::new(Some("Issued"), "decline", Some("Declined"), REPLY, SOURCE),
    Edge::new(Some("Issued"), "unable", Some("Unable"), REPLY, SOURCE),
    Edge::new(Some("Accepted"), "unable", Some("Unable"), REPLY, SOURCE),
    Edge::new(Some("Accepted"), "progress", None, REPLY, SOURCE),
    Edge::new(Some("Accepted"), "done", Some("Done"), REPLY, SOURCE),
    Edge::new(Some("Done"), "verify", Some("Verified"), VERIFY, SOURCE),
    Edge::new(Some("Issued"), "withdraw", Some("Withdrawn"), GIVE, SOURCE),
    Edge::new(Some("Accepted"), "withdraw", Some("Withdrawn"), GIVE, SOURCE),
    Edge::new(Some("Declined"), "withdraw", Some("Withdrawn"), GIVE, SOURCE),
    Edge::new(Some("Unable"), "withdraw", Some("Withdrawn"), GIVE, SOURCE),
];

const PRIORITY: Shape = Shape::Code(&[(1, "life_safety"), (2, "urgent"), (3, "normal")]);

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::radius_m(),
    Field::ranked(TITLE, "title", Shape::Text(300)),
    Field::ranked(DEPARTMENT, "department", Shape::Text(60)),
    Field::ranked(ADDRESSEE, "addressee", Shape::Ref(&["post", "organisation", "team"])),
    Field::ranked(DEADLINE_AT, "deadline_at", Shape::Instant),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(17, "response", Shape::Ref(&["response"])),
    Field::ranked(18, "clause", Shape::Text(120)),
    Field::ranked(19, "table_hash", Shape::Hash),
    Field::ranked(REQUEST, "request", Shape::Bool),
    Field::ranked(TEAM, "team", Shape::Ref(&["team"])),
    Field::ranked(22, "measure", Shape::Text(120)),
    Field::ranked(23, "reason", Shape::Text(1_000)),
    Field::ranked(24, "result", Shape::Text(2_000)),
    Field::ranked(25, "evidence", Shape::List(&Shape::Blob, 20)),
    Field::ranked(26, "people", Shape::Int { min: 0, max: 1_000_000, unit: "person" }),
    Field::ranked(27, "progress_percent", Shape::Int { min: 0, max: 100, unit: "percent" }),
    Field::ranked(28, "title_en", Shape::Text(300)),
    Field::ranked(29, "answer_by", Shape::Instant),
    Field::ranked(30, "priority", PRIORITY),
    Field::ranked(31, "target", Shape::Ref(&[])),
    Field::ranked(32, "clock", Shape::Text(20)),
    Field::ranked(33, "label", Shape::Text(40)),
    Field::ranked(34, "answered_by", Shape::Ref(&["post", "person"])),
    Field::ranked(35, "heard_by", Shape::Ref(&["post", "person"])),
    Field::ranked(36, "table", Shape::Text(120)),
    Field::ranked(37, "kind_needed", Shape::Text(60)),
];

impl Entity for Task {
    const KIND: Kind = Kind { number: 10, name: "task" };
    const OPS: &'static [OpType] = &[
        OpType::v1(10, Topic::Tasks, Lane::Command, DataClass::Internal),
        OpType::v1(11, Topic::Tasks, Lane::Command, DataClass::Internal),
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
