//! A need: what people at a place ask for, checked once, met or withdrawn.
//!
//! What norms say a place needs is computed and no need. Demand that was refused is written down as
//! unmet and counted whatever became of the rest.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{Series, Steps};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

use crate::PACKS;

/// A request for relief. Source: domain, §10.6; house, decision 4.
pub struct Need;

/// Body key of the item's code.
pub const ITEM: u8 = 12;
/// Body key of the packs asked for.
pub const PACKS_KEY: u8 = 13;
/// Body key of the event.
pub const EVENT: u8 = 14;
/// Body key of the people it is for.
pub const PEOPLE: u8 = 15;
/// Body key of refused demand.
pub const UNMET: u8 = 22;

const STATES: &[(u8, &str)] = &[(1, "Raised"), (2, "Validated"), (3, "Met"), (4, "Withdrawn")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "raise",
        0,
        &["item", "place"],
        &[
            "packs",
            "units",
            "unit",
            "name",
            "name_en",
            "event",
            "people",
            "group",
            "wanted_by",
            "site",
            "contact_post",
            "phone",
            "observed_at",
            "happened_at",
            "position",
            "priority",
            "origin",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &["packs", "units", "people", "group", "wanted_by", "site", "priority", "event", "note"],
    ),
    Verb::new(3, "validate", 0, &["packs"], &["people", "priority", "event", "note"]),
    Verb::new(4, "meet", 0, &[], &["met_by", "observed_at", "note"]),
    Verb::new(5, "withdraw", 0, &["reason"], &["duplicate_of", "note"]),
    Verb::new(6, "refuse_part", 0, &["unmet"], &["note"]),
];

const RAISE: &str = "need.raise";
const VALIDATE: &str = "need.validate";
const SOURCE: &str = "domain, §10.6";

const EDGES: &[Edge] = &[
    Edge::new(None, "raise", Some("Raised"), RAISE, SOURCE),
    Edge::new(Some("Raised"), "change", None, RAISE, SOURCE),
    Edge::new(Some("Raised"), "validate", Some("Validated"), VALIDATE, SOURCE),
    Edge::new(Some("Validated"), "change", None, VALIDATE, SOURCE),
    Edge::new(Some("Validated"), "meet", Some("Met"), VALIDATE, SOURCE),
    Edge::new(Some("Raised"), "withdraw", Some("Withdrawn"), RAISE, SOURCE),
    Edge::new(Some("Validated"), "withdraw", Some("Withdrawn"), VALIDATE, SOURCE),
    Edge::new(Some("Raised"), "refuse_part", None, VALIDATE, "sync, §10"),
    Edge::new(Some("Validated"), "refuse_part", None, VALIDATE, "sync, §10"),
];

/// Whom it is for. Source: domain, §10.3.
const GROUP: Shape = Shape::Code(&[
    (1, "all"),
    (2, "infants"),
    (3, "children"),
    (4, "women"),
    (5, "pregnant"),
    (6, "older"),
    (7, "disabled"),
    (8, "chronically_ill"),
    (9, "dietary"),
    (10, "visitors"),
]);

const UNMET_SHAPE: Shape = Shape::Record(&[
    (1, "packs", PACKS),
    (2, "reason", Shape::Text(500)),
    (3, "plan", Shape::Ref(&["relief_plan"])),
]);

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(ITEM, "item", Shape::Text(60)),
    Field::ranked(PACKS_KEY, "packs", PACKS),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(PEOPLE, "people", Shape::Int { min: 0, max: 1_500_000_000, unit: "person" }),
    Field::ranked(16, "group", GROUP),
    Field::ranked(17, "wanted_by", Shape::Instant),
    Field::ranked(18, "site", Shape::Ref(&["site"])),
    Field::ranked(19, "contact_post", Shape::Ref(&["post"])),
    Field::ranked(20, "met_by", Shape::List(&Shape::Ref(&["delivery_order"]), 100)),
    Field::ranked(21, "reason", Shape::Text(1_000)),
    Field::new(UNMET, "unmet", UNMET_SHAPE, &Series),
    Field::ranked(23, "duplicate_of", Shape::Ref(&["need"])),
    Field::ranked(24, "name", Shape::Text(120)),
    Field::ranked(25, "name_en", Shape::Text(120)),
    Field::ranked(26, "phone", Shape::Text(60)),
    Field::ranked(27, "priority", Shape::Code(&[(1, "life_saving"), (2, "urgent"), (3, "normal")])),
    Field::ranked(28, "units", Shape::Int { min: 0, max: 1_000_000_000, unit: "" }),
    Field::ranked(29, "unit", Shape::Text(40)),
    Field::ranked(30, "origin", Shape::Code(&[(1, "asked"), (2, "report"), (3, "late_promise")])),
];

impl Entity for Need {
    const KIND: Kind = Kind { number: 37, name: "need" };
    const OPS: &'static [OpType] =
        &[OpType::v1(592, Topic::Tasks, Lane::Relief, DataClass::Internal)];
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
