//! Casualties of an event at a place: one official figure each, by whoever ranks highest.
//!
//! Its id follows from event and place, so that desks which are cut off from each other mean the
//! same one. Lower-rank figures are claims and are never added up. Named persons are no part of it.

#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{self, Series};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

use crate::figures::{self, BASIS, PEOPLE, REASON};

/// Dead, missing, injured and trapped at a place. Source: sync, §8; domain, §6.4, A03–A05.
pub struct Casualty;

/// Body key of the dead.
pub const DEAD: u8 = 12;
/// Body key of the missing.
pub const MISSING: u8 = 13;
/// Body key of the injured.
pub const INJURED: u8 = 14;
/// Body key of the event.
pub const EVENT: u8 = 15;
/// Body key of the trapped.
pub const TRAPPED: u8 = 16;

const VERBS: &[Verb] = &[Verb::new(
    1,
    "count",
    0,
    &["event", "place"],
    &[
        "dead",
        "missing",
        "injured",
        "trapped",
        "happened_at",
        "observed_at",
        "reason",
        "basis",
        "report",
        "note",
    ],
)];

const EDGES: &[Edge] = &[Edge::new(None, "count", None, "casualty.count", "sync, §8")];

const fn count(number: u8, name: &'static str) -> Field {
    Field::new(number, name, PEOPLE, &rule::Casualty)
}

// What only explains a figure stands with each write of it and is never itself in dispute.
const FIELDS: &[Field] = &[
    Field::new(1, "happened_at", Shape::Instant, &Series),
    Field::place(),
    Field::note(),
    Field::new(10, "observed_at", Shape::Instant, &Series),
    count(DEAD, "dead"),
    count(MISSING, "missing"),
    count(INJURED, "injured"),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    count(TRAPPED, "trapped"),
    Field::new(17, "reason", REASON, &Series),
    Field::new(18, "basis", BASIS, &Series),
    Field::new(19, "report", Shape::Ref(&["report"]), &Series),
];

impl Entity for Casualty {
    const KIND: Kind = Kind { number: 1, name: "casualty" };
    const OPS: &'static [OpType] =
        &[OpType::v1(1, Topic::Incidents, Lane::LifeSafety, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = &[];
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
        let counts = [DEAD, MISSING, INJURED, TRAPPED];
        let fields: Vec<&Field> = FIELDS.iter().filter(|f| counts.contains(&f.number)).collect();
        figures::check(&fields, view, command)
    }

    fn public_code(args: &Map<String, Json>) -> Option<String> {
        figures::code(args)
    }
}
