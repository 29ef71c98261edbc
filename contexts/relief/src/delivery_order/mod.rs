//! A delivery order: one need, one vehicle, one plan, and what was handed over at the end.
//!
//! Its packs are promised in the lots' pools by the same submit, and leave them when it is loaded.
//! Short and damaged stand on the order; goods that come back after loading are goods in, never a
//! promise taken back. A loaded order is not withdrawn.

mod check;
mod parts;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

use crate::PACKS;

/// An order to bring goods to a place. Source: house, decisions 8 and 11.
pub struct DeliveryOrder;

/// Body key of the need it serves.
pub const NEED: u8 = 12;
/// Body key of the vehicle.
pub const VEHICLE: u8 = 13;
/// Body key of the relief plan.
pub const RELIEF_PLAN: u8 = 14;
/// Body key of the lots with their packs.
pub const LOTS: u8 = 15;
/// Body key of the packs in all.
pub const PACKS_KEY: u8 = 16;
/// Body key of what was handed over.
pub const HANDED_OVER: u8 = 22;

const STATES: &[(u8, &str)] = &[
    (1, "Issued"),
    (2, "Accepted"),
    (3, "Declined"),
    (4, "Unable"),
    (5, "Loaded"),
    (6, "UnderWay"),
    (7, "HandedOver"),
    (8, "Verified"),
    (9, "Withdrawn"),
    (10, "Returned"),
];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "issue",
        0,
        &["vehicle", "lots", "packs", "place"],
        &[
            "need",
            "relief_plan",
            "event",
            "item",
            "from_site",
            "to_site",
            "depart_at",
            "arrive_at",
            "profile",
            "addressee",
            "route",
            "label",
            "trip",
            "position",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &["lots", "packs", "depart_at", "arrive_at", "route", "relief_plan", "trip", "note"],
    ),
    Verb::new(3, "withdraw", 0, &["reason"], &["note"]),
    Verb::new(4, "accept", 0, &[], &["heard_by", "note"]),
    Verb::new(5, "decline", 0, &["reason"], &["heard_by", "note"]),
    Verb::new(6, "unable", 0, &["reason"], &["heard_by", "note"]),
    Verb::new(7, "load", 0, &[], &["seal", "happened_at", "note"]),
    Verb::new(8, "depart", 0, &[], &["happened_at", "arrive_at", "note"]),
    Verb::new(9, "hand_over", 0, &["handed_over"], &["happened_at", "slip", "note"]),
    Verb::new(10, "verify", 0, &[], &["evidence", "observed_at", "note"]),
    Verb::new(11, "return", 0, &["reason"], &["happened_at", "note"]),
];

const ISSUE: &str = "delivery_order.issue";
const DRIVE: &str = "delivery_order.drive";
const LOAD: &str = "delivery_order.load";
const VERIFY: &str = "delivery_order.verify";
const SOURCE: &str = "house, decision 8";

const EDGES: &[Edge] = &[
    Edge::new(None, "issue", Some("Issued"), ISSUE, SOURCE),
    Edge::new(Some("Issued"), "change", Some("Issued"), ISSUE, SOURCE),
    Edge::new(Some("Accepted"), "change", Some("Issued"), ISSUE, SOURCE),
    Edge::new(Some("Issued"), "accept", Some("Accepted"), DRIVE, SOURCE),
    Edge::new(Some("Issued"), "decline", Some("Declined"), DRIVE, SOURCE),
    Edge::new(Some("Issued"), "unable", Some("Unable"), DRIVE, SOURCE),
    Edge::new(Some("Accepted"), "unable", Some("Unable"), DRIVE, SOURCE),
    Edge::new(Some("Accepted"), "load", Some("Loaded"), LOAD, SOURCE),
    Edge::new(Some("Loaded"), "depart", Some("UnderWay"), DRIVE, SOURCE),
    Edge::new(Some("UnderWay"), "hand_over", Some("HandedOver"), DRIVE, SOURCE),
    Edge::new(Some("HandedOver"), "verify", Some("Verified"), VERIFY, SOURCE),
    Edge::new(Some("Issued"), "withdraw", Some("Withdrawn"), ISSUE, SOURCE),
    Edge::new(Some("Accepted"), "withdraw", Some("Withdrawn"), ISSUE, SOURCE),
    Edge::new(Some("Declined"), "withdraw", Some("Withdrawn"), ISSUE, SOURCE),
    Edge::new(Some("Unable"), "withdraw", Some("Withdrawn"), ISSUE, SOURCE),
    Edge::new(Some("Loaded"), "return", Some("Returned"), DRIVE, SOURCE),
    Edge::new(Some("UnderWay"), "return", Some("Returned"), DRIVE, SOURCE),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(NEED, "need", Shape::Ref(&["need"])),
    Field::ranked(VEHICLE, "vehicle", Shape::Ref(&["equipment", "team"])),
    Field::ranked(RELIEF_PLAN, "relief_plan", Shape::Ref(&["relief_plan"])),
    Field::ranked(LOTS, "lots", Shape::List(&parts::LOT_SHAPE, 100)),
    Field::ranked(PACKS_KEY, "packs", PACKS),
    Field::ranked(17, "event", Shape::Ref(&["event"])),
    Field::ranked(18, "from_site", Shape::Ref(&["site"])),
    Field::ranked(19, "to_site", Shape::Ref(&["site"])),
    Field::ranked(20, "depart_at", Shape::Instant),
    Field::ranked(21, "arrive_at", Shape::Instant),
    Field::ranked(HANDED_OVER, "handed_over", parts::HANDED_OVER_SHAPE),
    Field::ranked(23, "profile", parts::PROFILE_SHAPE),
    Field::ranked(24, "addressee", Shape::Ref(&["post", "person", "team"])),
    Field::ranked(25, "route", Shape::List(&parts::LEG_SHAPE, 100)),
    Field::ranked(26, "label", Shape::Text(40)),
    Field::ranked(27, "trip", Shape::Int { min: 1, max: 10_000, unit: "" }),
    Field::ranked(28, "reason", Shape::Text(1_000)),
    Field::ranked(29, "heard_by", Shape::Ref(&["post", "person"])),
    Field::ranked(30, "seal", Shape::Text(60)),
    Field::ranked(31, "slip", Shape::Text(60)),
    Field::ranked(32, "evidence", Shape::List(&Shape::Blob, 20)),
    Field::ranked(33, "item", Shape::Text(60)),
];

impl Entity for DeliveryOrder {
    const KIND: Kind = Kind { number: 39, name: "delivery_order" };
    const OPS: &'static [OpType] =
        &[OpType::v1(624, Topic::Tasks, Lane::Relief, DataClass::Internal)];
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
