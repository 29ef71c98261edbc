//! A dataset: one bulk layer of a place, and the version of it that is in force.
//!
//! The file is Arrow IPC, named by hash; everything that a version means (source, date,
//! coordinates, licence) is one field with that hash. What changed since in single rows is a
//! correction. This keeps no rows and no columns.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// A layer of bulk data. Source: house, decision 4.
pub struct Dataset;

/// Body key of the layer's name.
pub const LAYER: u8 = 12;
/// Body key of the version: hash with all that it means.
pub const VERSION: u8 = 13;

const STATES: &[(u8, &str)] = &[(1, "InForce"), (2, "Withdrawn")];

const VERBS: &[Verb] = &[
    Verb::new(1, "publish", 0, &["layer", "place", "version"], &["title", "title_en", "note"]),
    Verb::new(2, "replace", 0, &["version"], &["title", "title_en", "note"]),
    Verb::new(3, "withdraw", 0, &["reason"], &["note"]),
];

const PUBLISH: &str = "dataset.publish";

const EDGES: &[Edge] = &[
    Edge::new(None, "publish", Some("InForce"), PUBLISH, "house, decision 4"),
    Edge::new(Some("InForce"), "replace", None, PUBLISH, "house, decision 4"),
    Edge::new(Some("InForce"), "withdraw", Some("Withdrawn"), PUBLISH, "house, decision 4"),
    Edge::new(Some("Withdrawn"), "publish", Some("InForce"), PUBLISH, "house, decision 4"),
];

const VERSION_SHAPE: Shape = Shape::Record(&[
    (1, "hash", Shape::Hash),
    (2, "rows", Shape::Int { min: 0, max: 10_000_000_000, unit: "" }),
    (3, "bytes", Shape::Int { min: 0, max: 1_000_000_000_000, unit: "B" }),
    (4, "source", Shape::Text(300)),
    (5, "collected_at", Shape::Instant),
    (6, "crs", Shape::Text(40)),
    (7, "licence", Shape::Text(120)),
    (8, "label", Shape::Text(80)),
    (9, "estimated", Shape::Bool),
    (10, "made_up", Shape::Bool),
]);

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(LAYER, "layer", Shape::Text(60)),
    Field::ranked(VERSION, "version", VERSION_SHAPE),
    Field::ranked(14, "title", Shape::Text(160)),
    Field::ranked(15, "title_en", Shape::Text(160)),
    Field::ranked(16, "reason", Shape::Text(1_000)),
];

impl Entity for Dataset {
    const KIND: Kind = Kind { number: 22, name: "dataset" };
    const OPS: &'static [OpType] =
        &[OpType::v1(352, Topic::Documents, Lane::Routine, DataClass::Internal)];
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
