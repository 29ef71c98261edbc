//! A road entry: the official status of a stretch that a road office keeps.
//!
//! The most cautious of what was entered holds, whatever the rank; only a road authority or a
//! commander on scene opens what it has seen closed. What vehicles are routed by is computed from
//! the reports, and this is one of its sources. Its id comes from the road's dataset row.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{Cautious, Series};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

/// The official entry of a stretch of road. Source: sync, §8, code 2.
pub struct Road;

/// Body key of the status; larger is more cautious.
pub const STATUS: u8 = 12;

/// Open, one lane, foot, closed: larger is more cautious.
pub const STATUS_SHAPE: Shape =
    Shape::Code(&[(1, "open"), (2, "one_lane"), (3, "foot"), (4, "closed")]);

const VERBS: &[Verb] = &[Verb::new(
    1,
    "enter",
    0,
    &["source_id", "status"],
    &["observed_at", "place", "position", "road", "name", "basis", "valid_until", "note"],
)];

const EDGES: &[Edge] = &[Edge::new(None, "enter", None, "road.enter", "sync, §8")];

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::note(),
    Field::new(10, "observed_at", Shape::Instant, &Series),
    Field::new(STATUS, "status", STATUS_SHAPE, &Cautious),
    Field::ranked(13, "source_id", Shape::Text(120)),
    Field::ranked(14, "road", Shape::Ref(&[])),
    Field::ranked(15, "name", Shape::Text(160)),
    Field::new(16, "basis", Shape::List(&Shape::Ref(&["road_report"]), 50), &Series),
    Field::new(17, "valid_until", Shape::Instant, &Series),
];

impl Entity for Road {
    const KIND: Kind = Kind { number: 2, name: "road" };
    const OPS: &'static [OpType] =
        &[OpType::v1(2, Topic::Incidents, Lane::LifeSafety, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = &[];
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
