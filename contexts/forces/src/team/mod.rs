//! A team: what it can do, where it stands, whether it can go, and which task it took.
//!
//! What it is engaged in is written by its keeper in an op type of its own, by the same submit as
//! the answer to the task: the first accepted stands till done. A team of another chain is asked,
//! not ordered.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{Engaged, Keeper, Steps};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

use crate::parts::{self, CAPABILITY, PROFILE, READINESS};

/// A rescue or support team. Source: domain, §2.4, §2.5.
pub struct Team;

/// Body key of the name.
pub const NAME: u8 = 12;
/// Body key of the organisation it belongs to.
pub const ORGANISATION: u8 = 13;
/// Body key of its class.
pub const CLASS: u8 = 14;
/// Body key of what it can do.
pub const CAPABILITIES: u8 = 15;
/// Body key of how many people.
pub const PEOPLE: u8 = 16;
/// Body key of the keeper's key.
pub const KEEPER: u8 = 17;
/// Body key of the task it took.
pub const ENGAGED: u8 = 18;
/// Body key of its readiness.
pub const READINESS_KEY: u8 = 19;
/// Body key of who commands it.
pub const COMMANDED_BY: u8 = 20;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Disbanded")];

const FACTS: &[&str] = &[
    "name",
    "name_en",
    "place",
    "position",
    "organisation",
    "class",
    "capabilities",
    "people",
    "commanded_by",
    "base",
    "vehicles",
    "night",
    "self_supply_h",
    "leave_in_min",
    "phone",
    "leader_post",
    "tier",
    "readiness",
    "note",
];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "register",
        0,
        &["name", "class", "place"],
        &[
            "name_en",
            "position",
            "organisation",
            "capabilities",
            "people",
            "keeper",
            "commanded_by",
            "base",
            "vehicles",
            "night",
            "self_supply_h",
            "leave_in_min",
            "phone",
            "leader_post",
            "tier",
            "readiness",
            "source_id",
            "note",
        ],
    ),
    Verb::new(2, "change", 0, &[], FACTS),
    Verb::new(3, "check_readiness", 0, &["readiness"], &["people", "position", "note"]),
    Verb::new(4, "hand_over", 0, &["keeper"], &["leader_post", "note"]),
    Verb::new(5, "disband", 0, &["reason"], &["note"]),
    Verb::new(6, "accept", 1, &["engaged"], &["note"]),
    Verb::new(7, "done", 1, &["engaged"], &["note"]),
];

const KEEP: &str = "team.keep";
const LEAD: &str = "team.lead";
const SOURCE: &str = "domain, §2.4";

const EDGES: &[Edge] = &[
    Edge::new(None, "register", Some("Active"), KEEP, SOURCE),
    Edge::new(Some("Active"), "change", None, KEEP, SOURCE),
    Edge::new(Some("Active"), "check_readiness", None, LEAD, "domain, §2.6"),
    Edge::new(Some("Active"), "hand_over", None, LEAD, "sync, §8"),
    Edge::new(Some("Active"), "accept", None, LEAD, "sync, §8"),
    Edge::new(Some("Active"), "done", None, LEAD, "sync, §8"),
    Edge::new(Some("Active"), "disband", Some("Disbanded"), KEEP, SOURCE),
];

/// Who orders it. Source: domain, §2.4, F1–F6.
const CLASSES: Shape = Shape::Code(&[
    (1, "national_fire_rescue"),
    (2, "professional"),
    (3, "military"),
    (4, "social"),
    (5, "grassroots"),
    (6, "expert"),
]);

const VEHICLE: Shape = Shape::Record(&[
    (1, "profile", PROFILE),
    (2, "vehicles", Shape::Int { min: 0, max: 10_000, unit: "" }),
    (3, "seats", Shape::Int { min: 0, max: 10_000, unit: "person" }),
    (4, "load_kg", Shape::Int { min: 0, max: 1_000_000, unit: "kg" }),
]);

const fn count(max: i64, unit: &'static str) -> Shape {
    Shape::Int { min: 0, max, unit }
}

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(NAME, "name", Shape::Text(160)),
    Field::ranked(ORGANISATION, "organisation", Shape::Ref(&["organisation"])),
    Field::ranked(CLASS, "class", CLASSES),
    Field::ranked(CAPABILITIES, "capabilities", Shape::List(&CAPABILITY, 20)),
    Field::ranked(PEOPLE, "people", count(1_000_000, "person")),
    Field::new(KEEPER, "keeper", Shape::Text(64), &Keeper),
    Field::new(ENGAGED, "engaged", Shape::Ref(&["task"]), &Engaged(KEEPER)),
    Field::ranked(READINESS_KEY, "readiness", READINESS),
    Field::ranked(COMMANDED_BY, "commanded_by", Shape::Ref(&["organisation"])),
    Field::ranked(21, "base", Shape::Ref(&["site"])),
    Field::ranked(22, "night", Shape::Bool),
    Field::ranked(23, "self_supply_h", count(10_000, "h")),
    Field::ranked(24, "leave_in_min", count(100_000, "min")),
    Field::ranked(25, "vehicles", Shape::List(&VEHICLE, 30)),
    Field::ranked(26, "phone", Shape::Text(60)),
    Field::ranked(27, "source_id", Shape::Text(120)),
    Field::ranked(28, "leader_post", Shape::Ref(&["post"])),
    Field::ranked(29, "tier", Shape::Int { min: 1, max: 4, unit: "" }),
    Field::ranked(30, "name_en", Shape::Text(160)),
    Field::ranked(31, "reason", Shape::Text(1_000)),
];

impl Entity for Team {
    const KIND: Kind = Kind { number: 34, name: "team" };
    const OPS: &'static [OpType] = &[
        OpType::v1(544, Topic::Teams, Lane::Relief, DataClass::Internal),
        OpType::v1(12, Topic::Teams, Lane::Command, DataClass::Internal),
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

    fn public_code(args: &Map<String, Json>) -> Option<String> {
        Some(args.get("source_id")?.as_str()?.to_owned())
    }
}
