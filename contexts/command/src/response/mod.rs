//! A response: the level that the office of a place holds for one kind of hazard, and its steps.
//!
//! A level is a decision of a named person, not a computed value: a proposal brings what was
//! computed, by hash, and may be departed from with a reason. Every body repeats place and hazard
//! kind, so that a fold can tell the lawful office. A new start after the end is a new episode of
//! the same entity and names its event. The level that covers a place from above is a view and not
//! here.

mod check;
mod parts;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{ResponseLevel, Steps};
use ledger::shape::HAZARD_KINDS;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

pub use parts::{Level, holds, is_in_force, level, proposed, show_approval};

/// An emergency response. Source: ERL art. 71–72; domain, §4.5.
pub struct Response;

/// Body key of the reason.
pub const BASIS: u8 = 22;
/// Body key of the hazard kind.
pub const HAZARD_KIND: u8 = 12;
/// Body key of the event.
pub const EVENT: u8 = 13;
/// Body key of the plan.
pub const PLAN: u8 = 14;
/// Body key of the level with the places it covers.
pub const LEVEL: u8 = 15;
/// Body key of what was proposed, with the hashes it rests on.
pub const PROPOSAL: u8 = 16;
/// Body key of who approved, how and when.
pub const APPROVAL: u8 = 17;

/// Number of the step that ends a response.
pub const END: i64 = 7;

const STATES: &[(u8, &str)] = &[
    (1, "Monitoring"),
    (2, "Proposed"),
    (3, "Decided"),
    (4, "Active"),
    (5, "Adjusted"),
    (6, "EndProposed"),
    (7, "Ended"),
    (8, "Reviewed"),
];

/// Whether measures are in force in the state of this number.
pub fn is_running(state: i64) -> bool {
    (3..=6).contains(&state)
}

const ID: &[&str] = &["place", "hazard_kind"];

const VERBS: &[Verb] = &[
    Verb::new(1, "monitor", 0, ID, &["event", "plan", "note"]),
    Verb::new(
        2,
        "propose",
        0,
        &["place", "hazard_kind", "event", "proposal"],
        &["plan", "basis", "note"],
    ),
    Verb::new(
        3,
        "decide",
        0,
        &[
            "place",
            "hazard_kind",
            "event",
            "level",
            "matter",
            "expected_term",
            "measures",
            "approval",
        ],
        &["plan", "basis", "expected_until", "effective_from", "note"],
    ),
    Verb::new(4, "activate", 0, ID, &["approval", "effective_from", "note"]),
    Verb::new(
        5,
        "adjust",
        0,
        &["place", "hazard_kind", "level", "basis", "approval"],
        &["proposal", "measures", "expected_term", "expected_until", "effective_from", "note"],
    ),
    Verb::new(6, "propose_end", 0, &["place", "hazard_kind", "basis"], &["note"]),
    Verb::new(7, "end", 0, &["place", "hazard_kind", "basis", "approval"], &["note"]),
    Verb::new(8, "review", 0, &["place", "hazard_kind", "review"], &["note"]),
    Verb::new(9, "decline", 0, &["place", "hazard_kind", "basis"], &["approval", "note"]),
];

const PROPOSE: &str = "response.propose";
const DECIDE: &str = "response.decide";
const SOURCE: &str = "domain, §4.5";
const START: &str = "ERL art. 72";
const STOP: &str = "ERL art. 86";

const EDGES: &[Edge] = &[
    Edge::new(None, "monitor", Some("Monitoring"), PROPOSE, SOURCE),
    Edge::new(Some("Ended"), "monitor", Some("Monitoring"), PROPOSE, "house, decision 8"),
    Edge::new(Some("Reviewed"), "monitor", Some("Monitoring"), PROPOSE, "house, decision 8"),
    Edge::new(Some("Monitoring"), "propose", Some("Proposed"), PROPOSE, SOURCE),
    Edge::new(Some("Proposed"), "propose", Some("Proposed"), PROPOSE, SOURCE),
    Edge::new(Some("Proposed"), "decline", Some("Monitoring"), DECIDE, "domain, §4.2"),
    Edge::new(Some("Monitoring"), "decide", Some("Decided"), DECIDE, START),
    Edge::new(Some("Proposed"), "decide", Some("Decided"), DECIDE, START),
    Edge::new(Some("Decided"), "activate", Some("Active"), DECIDE, START),
    Edge::new(Some("Active"), "adjust", Some("Adjusted"), DECIDE, START),
    Edge::new(Some("Adjusted"), "adjust", Some("Adjusted"), DECIDE, START),
    // A new proposal while the response runs is kept beside it; only a decision changes the level.
    Edge::new(Some("Active"), "propose", None, PROPOSE, SOURCE),
    Edge::new(Some("Adjusted"), "propose", None, PROPOSE, SOURCE),
    Edge::new(Some("EndProposed"), "propose", None, PROPOSE, SOURCE),
    Edge::new(Some("Active"), "propose_end", Some("EndProposed"), PROPOSE, STOP),
    Edge::new(Some("Adjusted"), "propose_end", Some("EndProposed"), PROPOSE, STOP),
    Edge::new(Some("EndProposed"), "adjust", Some("Adjusted"), DECIDE, START),
    Edge::new(Some("Active"), "end", Some("Ended"), DECIDE, STOP),
    Edge::new(Some("Adjusted"), "end", Some("Ended"), DECIDE, STOP),
    Edge::new(Some("EndProposed"), "end", Some("Ended"), DECIDE, STOP),
    Edge::new(Some("Ended"), "review", Some("Reviewed"), PROPOSE, "ERL art. 92"),
];

/// Steps that need no lawful office. Source: house, decision 8.
const FREE: &[&str] = &["monitor", "propose", "propose_end", "review"];

const STEPS: Steps = Steps { states: STATES, verbs: VERBS, edges: EDGES, free: Some(FREE) };

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&STEPS),
    Field::note(),
    Field::ranked(HAZARD_KIND, "hazard_kind", HAZARD_KINDS),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(PLAN, "plan", Shape::Ref(&["plan"])),
    Field::new(LEVEL, "level", parts::LEVEL_SHAPE, &ResponseLevel),
    Field::ranked(PROPOSAL, "proposal", parts::PROPOSAL_SHAPE),
    Field::ranked(APPROVAL, "approval", parts::APPROVAL_SHAPE),
    Field::ranked(18, "matter", Shape::Text(1_000)),
    Field::ranked(19, "expected_term", Shape::Text(300)),
    Field::ranked(20, "measures", Shape::List(&Shape::Text(500), 100)),
    Field::ranked(21, "effective_from", Shape::Instant),
    Field::ranked(BASIS, "basis", Shape::Text(2_000)),
    Field::ranked(23, "expected_until", Shape::Instant),
    Field::ranked(24, "review", Shape::Hash),
];

impl Entity for Response {
    const KIND: Kind = Kind { number: 31, name: "response" };
    const OPS: &'static [OpType] =
        &[OpType::v1(31, Topic::Orders, Lane::Command, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = STATES;
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command, cx)
    }

    /// `<place>/<hazard kind>`. Source: house, decision 12.
    fn public_code(args: &Map<String, Json>) -> Option<String> {
        let place: kernel::PlaceCode = args.get("place")?.as_str()?.parse().ok()?;
        let hazard = args.get("hazard_kind")?.as_str()?;
        Some(format!("{place}/{hazard}"))
    }
}
