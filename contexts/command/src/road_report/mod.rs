//! A road report: what somebody saw of a road, and what was confirmed, repaired or ordered there
//! since.
//!
//! Each is an entity of its own; what vehicles are routed by is computed in `roads` from all live
//! ones, never stored. Matching to the road's arcs is done once, by a node with the map, and is
//! itself an op. A road that nobody reported is not open here: it is unknown.

mod check;
mod parts;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{Series, Steps};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// One report about a stretch of road. Source: relief, §1.
pub struct RoadReport;

/// Body key of the road's dataset row.
pub const ROAD: u8 = 12;
/// Body key of what was seen: open, one lane, foot, closed, unknown.
pub const STATUS: u8 = 13;
/// Body key of how it was seen.
pub const SEEN_HOW: u8 = 14;
/// Body key of the end of its worth.
pub const VALID_UNTIL: u8 = 15;
/// Body key of the profiles it is about; none: all.
pub const PROFILES: u8 = 17;
/// Body key of the matched arcs.
pub const MATCH: u8 = 21;
/// Body key of repairs.
pub const REPAIR: u8 = 22;
/// Body key of what was ordered there.
pub const ORDER: u8 = 23;
/// Body key of a vehicle's own passage.
pub const PASSED: u8 = 24;
/// Body key of what others saw of the same.
pub const CONFIRMED: u8 = 25;

const STATES: &[(u8, &str)] = &[(1, "Live"), (2, "Retracted")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "report",
        0,
        &["status", "seen_how", "observed_at"],
        &[
            "happened_at",
            "position",
            "radius_m",
            "place",
            "road",
            "km_post_m",
            "line",
            "valid_until",
            "cause",
            "profiles",
            "photos",
            "event",
            "load_kg",
            "width_cm",
            "label",
            "note",
        ],
    ),
    Verb::new(2, "confirm", 0, &["confirmed"], &["note"]),
    Verb::new(3, "retract", 0, &["reason"], &["note"]),
    Verb::new(4, "repair", 0, &["repair"], &["note"]),
    Verb::new(5, "order", 0, &["order"], &["note"]),
    Verb::new(6, "traversal", 0, &["passed"], &["note"]),
    Verb::new(7, "match", 0, &["match"], &[]),
];

const REPORT: &str = "road_report.report";
const SOURCE: &str = "relief, §1";

const EDGES: &[Edge] = &[
    Edge::new(None, "report", Some("Live"), REPORT, SOURCE),
    Edge::new(Some("Live"), "confirm", None, REPORT, SOURCE),
    Edge::new(Some("Live"), "traversal", None, REPORT, SOURCE),
    Edge::new(Some("Live"), "retract", Some("Retracted"), REPORT, SOURCE),
    Edge::new(Some("Live"), "repair", None, "road_report.repair", SOURCE),
    Edge::new(Some("Live"), "order", None, "road_report.order", SOURCE),
    Edge::new(Some("Live"), "match", None, "road_report.match", SOURCE),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::radius_m(),
    Field::ranked(ROAD, "road", Shape::Ref(&[])),
    Field::ranked(STATUS, "status", parts::STATUS_SHAPE),
    Field::ranked(SEEN_HOW, "seen_how", parts::SEEN_HOW_SHAPE),
    Field::ranked(VALID_UNTIL, "valid_until", Shape::Instant),
    Field::ranked(16, "cause", parts::CAUSE_SHAPE),
    Field::ranked(PROFILES, "profiles", Shape::List(&parts::PROFILE_SHAPE, 8)),
    Field::ranked(18, "km_post_m", Shape::Int { min: 0, max: 10_000_000, unit: "m" }),
    Field::ranked(19, "line", Shape::List(&Shape::Position, 500)),
    Field::ranked(20, "photos", Shape::List(&Shape::Blob, 20)),
    Field::ranked(MATCH, "match", parts::MATCH_SHAPE),
    Field::ranked(REPAIR, "repair", parts::REPAIR_SHAPE),
    Field::ranked(ORDER, "order", parts::ORDER_SHAPE),
    Field::new(PASSED, "passed", parts::PASSED_SHAPE, &Series),
    Field::new(CONFIRMED, "confirmed", parts::CONFIRMED_SHAPE, &Series),
    Field::ranked(26, "load_kg", Shape::Int { min: 0, max: 200_000, unit: "kg" }),
    Field::ranked(27, "event", Shape::Ref(&["event"])),
    Field::ranked(28, "reason", Shape::Text(1_000)),
    Field::ranked(29, "width_cm", Shape::Int { min: 0, max: 5_000, unit: "cm" }),
    Field::ranked(30, "label", Shape::Text(80)),
];

impl Entity for RoadReport {
    const KIND: Kind = Kind { number: 29, name: "road_report" };
    const OPS: &'static [OpType] =
        &[OpType::v1(464, Topic::Incidents, Lane::LifeSafety, DataClass::Internal)];
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
