//! Equipment: a machine, vehicle, boat or set that can be sent, with its limits and readiness.
//!
//! What it may carry or cross is given in numbers a planner can check. Where it is promised is its
//! pool of base 1, under the same id.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

use crate::parts::{self, CAPABILITY, PROFILE, READINESS};

/// A thing for the triple cut. Source: domain, §2.6.
pub struct Equipment;

/// Body key of the class.
pub const CLASS: u8 = 13;
/// Body key of the way it goes, for vehicles.
pub const PROFILE_KEY: u8 = 14;
/// Body key of its readiness.
pub const READINESS_KEY: u8 = 19;

/// Body key of the team whose it is.
pub const TEAM: u8 = 17;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Scrapped")];

const FACTS: &[&str] = &[
    "name",
    "name_en",
    "class",
    "place",
    "position",
    "profile",
    "capability",
    "units",
    "owner",
    "team",
    "base",
    "readiness",
    "limits",
    "crew",
    "fuel",
    "phone",
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
            "profile",
            "capability",
            "units",
            "owner",
            "team",
            "base",
            "readiness",
            "limits",
            "crew",
            "fuel",
            "phone",
            "source_id",
            "note",
        ],
    ),
    Verb::new(2, "change", 0, &[], FACTS),
    Verb::new(3, "check_readiness", 0, &["readiness"], &["position", "fuel", "note"]),
    Verb::new(4, "scrap", 0, &["reason"], &["note"]),
];

const KEEP: &str = "team.keep";
const SOURCE: &str = "domain, §2.6";

const EDGES: &[Edge] = &[
    Edge::new(None, "register", Some("Active"), KEEP, SOURCE),
    Edge::new(Some("Active"), "change", None, KEEP, SOURCE),
    Edge::new(Some("Active"), "check_readiness", None, "team.lead", SOURCE),
    Edge::new(Some("Active"), "scrap", Some("Scrapped"), KEEP, SOURCE),
];

const CLASSES: Shape = Shape::Code(&[
    (1, "air"),
    (2, "water"),
    (3, "search"),
    (4, "comms"),
    (5, "engineering"),
    (6, "life_support"),
    (7, "transport"),
]);

const fn count(max: i64, unit: &'static str) -> Shape {
    Shape::Int { min: 0, max, unit }
}

const LIMITS: Shape = Shape::Record(&[
    (1, "load_kg", count(1_000_000, "kg")),
    (2, "volume_l", count(1_000_000, "l")),
    (3, "seats", count(10_000, "person")),
    (4, "gross_kg", count(1_000_000, "kg")),
    (5, "width_cm", count(2_000, "cm")),
    (6, "range_km", count(100_000, "km")),
    (7, "ceiling_m", count(20_000, "m")),
    (8, "wind_m_s", count(100, "m/s")),
    (9, "current_dm_s", count(1_000, "dm/s")),
    (10, "landing_m", count(1_000, "m")),
    (11, "power_w", count(100_000_000, "W")),
    (12, "flow_m3_h", count(1_000_000, "m3/h")),
    (13, "night", Shape::Bool),
]);

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(12, "name", Shape::Text(160)),
    Field::ranked(CLASS, "class", CLASSES),
    Field::ranked(PROFILE_KEY, "profile", PROFILE),
    Field::ranked(15, "units", count(100_000, "")),
    Field::ranked(16, "owner", Shape::Ref(&["organisation"])),
    Field::ranked(TEAM, "team", Shape::Ref(&["team"])),
    Field::ranked(18, "base", Shape::Ref(&["site"])),
    Field::ranked(READINESS_KEY, "readiness", READINESS),
    Field::ranked(20, "limits", LIMITS),
    Field::ranked(21, "crew", count(1_000, "person")),
    Field::ranked(22, "fuel", Shape::Int { min: 0, max: 100, unit: "percent" }),
    Field::ranked(23, "phone", Shape::Text(60)),
    Field::ranked(24, "source_id", Shape::Text(120)),
    Field::ranked(25, "capability", CAPABILITY),
    Field::ranked(26, "name_en", Shape::Text(160)),
    Field::ranked(27, "reason", Shape::Text(1_000)),
];

impl Entity for Equipment {
    const KIND: Kind = Kind { number: 35, name: "equipment" };
    const OPS: &'static [OpType] =
        &[OpType::v1(560, Topic::Teams, Lane::Relief, DataClass::Internal)];
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
