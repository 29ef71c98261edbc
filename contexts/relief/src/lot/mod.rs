//! A lot: goods of one sort in one depot with one date, owner and earmark.
//!
//! How many packs there are and to whom they are promised is its pool, under the same id. Donated
//! and requisitioned goods are lots of their own, so that they are never mixed with stock.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// Relief goods in a depot. Source: domain, §10.5; DRR art. 22, 24.
pub struct Lot;

/// Body key of the item's code.
pub const ITEM: u8 = 12;
/// Body key of the depot.
pub const DEPOT: u8 = 15;
/// Body key of the end of its life.
pub const EXPIRES_AT: u8 = 16;
/// Body key of the weight of a pack, g.
pub const PACK_G: u8 = 19;
/// Body key of the volume of a pack, l.
pub const PACK_L: u8 = 20;

const STATES: &[(u8, &str)] = &[(1, "InStock"), (2, "Struck")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "receive",
        0,
        &["item", "depot", "place", "pack_g", "pack_l"],
        &[
            "name",
            "name_en",
            "expires_at",
            "owner",
            "earmark",
            "origin",
            "donor_wish",
            "units_per_pack",
            "unit",
            "batch",
            "position",
            "happened_at",
            "label",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &["name", "name_en", "expires_at", "earmark", "donor_wish", "batch", "note"],
    ),
    Verb::new(3, "strike", 0, &["reason"], &["note"]),
];

const KEEP: &str = "lot.keep";

const EDGES: &[Edge] = &[
    Edge::new(None, "receive", Some("InStock"), KEEP, "domain, §10.5"),
    Edge::new(Some("InStock"), "change", None, KEEP, "domain, §10.5"),
    Edge::new(Some("InStock"), "strike", Some("Struck"), KEEP, "domain, §10.5"),
];

const ORIGIN: Shape = Shape::Code(&[
    (1, "reserve"),
    (2, "agreement"),
    (3, "donated"),
    (4, "requisitioned"),
    (5, "bought"),
]);

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(ITEM, "item", Shape::Text(60)),
    Field::ranked(13, "name", Shape::Text(120)),
    Field::ranked(14, "name_en", Shape::Text(120)),
    Field::ranked(DEPOT, "depot", Shape::Ref(&["site"])),
    Field::ranked(EXPIRES_AT, "expires_at", Shape::Instant),
    Field::ranked(17, "owner", Shape::Ref(&["organisation"])),
    Field::ranked(18, "earmark", Shape::Text(300)),
    Field::ranked(PACK_G, "pack_g", Shape::Int { min: 1, max: 100_000_000, unit: "g" }),
    Field::ranked(PACK_L, "pack_l", Shape::Int { min: 1, max: 1_000_000, unit: "l" }),
    Field::ranked(21, "units_per_pack", Shape::Int { min: 1, max: 1_000_000, unit: "" }),
    Field::ranked(22, "unit", Shape::Text(40)),
    Field::ranked(23, "batch", Shape::Text(80)),
    Field::ranked(24, "origin", ORIGIN),
    Field::ranked(25, "donor_wish", Shape::Text(500)),
    Field::ranked(26, "reason", Shape::Text(1_000)),
    Field::ranked(27, "label", Shape::Text(60)),
];

impl Entity for Lot {
    const KIND: Kind = Kind { number: 36, name: "lot" };
    const OPS: &'static [OpType] =
        &[OpType::v1(576, Topic::Tasks, Lane::Relief, DataClass::Internal)];
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
