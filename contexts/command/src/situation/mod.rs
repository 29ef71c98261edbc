//! The situation of an event at a place: people moved, houses, villages cut off, what no longer
//! works.
//!
//! Figures hold like casualties: one official figure each by rank, its id from event and place.
//! Road, network and power are three answers of yes or no; who says nothing leaves them unknown.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{self, Series};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

use crate::figures::{self, BASIS, PEOPLE, REASON};

/// Figures of the loss report at a place. Source: domain, §6.4.
pub struct Situation;

/// Body key of people moved (A07).
pub const MOVED: u8 = 12;
/// Body key of villages without a passable way.
pub const VILLAGES_CUT_OFF: u8 = 16;
/// Body key of "no road leads there".
pub const ROAD_CUT: u8 = 18;
/// Body key of "no network".
pub const NETWORK_CUT: u8 = 19;
/// Body key of "no power".
pub const POWER_CUT: u8 = 20;
/// Body key of the event.
pub const EVENT: u8 = 21;

const VERBS: &[Verb] = &[Verb::new(
    1,
    "count",
    0,
    &["event", "place"],
    &[
        "moved",
        "moved_collective",
        "moved_dispersed",
        "avoiding",
        "affected",
        "needing_relief",
        "houses_collapsed",
        "houses_severe",
        "houses_light",
        "villages_cut_off",
        "road_cut",
        "network_cut",
        "power_cut",
        "crops_ha",
        "loss_direct",
        "happened_at",
        "observed_at",
        "reason",
        "basis",
        "report",
        "note",
    ],
)];

const EDGES: &[Edge] = &[Edge::new(None, "count", None, "situation.count", "sync, §3, code 6")];

const ROOMS: Shape = Shape::Int { min: 0, max: 100_000_000, unit: "room" };

const fn count(number: u8, name: &'static str, shape: Shape) -> Field {
    Field::new(number, name, shape, &rule::Casualty)
}

const FIELDS: &[Field] = &[
    Field::new(1, "happened_at", Shape::Instant, &Series),
    Field::place(),
    Field::note(),
    Field::new(10, "observed_at", Shape::Instant, &Series),
    count(MOVED, "moved", PEOPLE),
    count(13, "houses_collapsed", ROOMS),
    count(14, "houses_severe", ROOMS),
    count(15, "houses_light", ROOMS),
    count(VILLAGES_CUT_OFF, "villages_cut_off", Shape::Int { min: 0, max: 1_000_000, unit: "" }),
    count(17, "affected", PEOPLE),
    Field::ranked(ROAD_CUT, "road_cut", Shape::Bool),
    Field::ranked(NETWORK_CUT, "network_cut", Shape::Bool),
    Field::ranked(POWER_CUT, "power_cut", Shape::Bool),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    count(22, "moved_collective", PEOPLE),
    count(23, "moved_dispersed", PEOPLE),
    count(24, "avoiding", PEOPLE),
    count(25, "needing_relief", PEOPLE),
    count(26, "crops_ha", Shape::Int { min: 0, max: 1_000_000_000, unit: "ha" }),
    count(27, "loss_direct", Shape::Int { min: 0, max: 1_000_000_000, unit: "10k_yuan" }),
    Field::new(28, "reason", REASON, &Series),
    Field::new(29, "basis", BASIS, &Series),
    Field::new(30, "report", Shape::Ref(&["report"]), &Series),
];

impl Entity for Situation {
    const KIND: Kind = Kind { number: 6, name: "situation" };
    const OPS: &'static [OpType] =
        &[OpType::v1(6, Topic::Incidents, Lane::Command, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = &[];
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command)
    }

    fn public_code(args: &Map<String, Json>) -> Option<String> {
        figures::code(args)
    }
}
