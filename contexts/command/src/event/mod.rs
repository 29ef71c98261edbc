//! An event: what happened or threatens, where, and whether it is still open.
//!
//! The footprint is one field with where it came from, because the outline means nothing without
//! it. An event from an alert without a geometry has an unknown footprint, not an empty one. Grade
//! (what came of it), response level (a decision) and warning colour (a forecast) are three scales;
//! only the grade is a field here.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::shape::HAZARD_KINDS;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// An emergency event. Source: ERL art. 2.
pub struct Event;

/// Body key of the title.
pub const TITLE: u8 = 12;
/// Body key of the title in English.
pub const TITLE_EN: u8 = 16;
/// Body key of the hazard kind.
pub const HAZARD_KIND: u8 = 13;
/// Body key of the alert it came from.
pub const ALERT: u8 = 14;
/// Body key of the footprint.
pub const FOOTPRINT: u8 = 15;
/// Body key of the label for voice and paper.
pub const LABEL: u8 = 17;

const STATES: &[(u8, &str)] = &[(1, "Draft"), (2, "Open"), (3, "Closed"), (4, "Reopened")];

const BRINGS: &[&str] = &[
    "happened_at",
    "observed_at",
    "position",
    "radius_m",
    "alert",
    "footprint",
    "title_en",
    "label",
    "grade",
    "commander",
    "places",
    "cause",
    "note",
];

const VERBS: &[Verb] = &[
    Verb::new(1, "draft", 0, &["title", "hazard_kind", "place"], BRINGS),
    Verb::new(2, "open", 0, &["title", "hazard_kind", "place"], BRINGS),
    Verb::new(3, "confirm", 0, &[], &["label", "note"]),
    Verb::new(
        4,
        "change",
        0,
        &[],
        &[
            "title",
            "title_en",
            "hazard_kind",
            "place",
            "happened_at",
            "observed_at",
            "position",
            "radius_m",
            "alert",
            "footprint",
            "label",
            "grade",
            "commander",
            "places",
            "cause",
            "note",
        ],
    ),
    Verb::new(5, "close", 0, &["reason"], &["grade", "note"]),
    Verb::new(6, "reopen", 0, &["reason"], &["note"]),
];

const KEEP: &str = "event.keep";
const CLOSE: &str = "event.close";

const EDGES: &[Edge] = &[
    Edge::new(None, "draft", Some("Draft"), KEEP, "house, decision 8"),
    Edge::new(None, "open", Some("Open"), KEEP, "house, decision 8"),
    Edge::new(Some("Draft"), "confirm", Some("Open"), KEEP, "house, decision 8"),
    Edge::new(Some("Draft"), "change", None, KEEP, "house, decision 8"),
    Edge::new(Some("Open"), "change", None, KEEP, "house, decision 8"),
    Edge::new(Some("Reopened"), "change", None, KEEP, "house, decision 8"),
    Edge::new(Some("Draft"), "close", Some("Closed"), CLOSE, "house, decision 8"),
    Edge::new(Some("Open"), "close", Some("Closed"), CLOSE, "ERL art. 86"),
    Edge::new(Some("Reopened"), "close", Some("Closed"), CLOSE, "ERL art. 86"),
    Edge::new(Some("Closed"), "reopen", Some("Reopened"), CLOSE, "domain, §15, 39"),
];

const FOOTPRINT_SHAPE: Shape = Shape::Record(&[
    (1, "area", Shape::Area),
    (2, "outline", Shape::Hash),
    (3, "origin", Shape::Code(&[(1, "alert"), (2, "townships"), (3, "drawn"), (4, "model")])),
    (4, "places", Shape::List(&Shape::Place, 1_000)),
    (5, "basis", Shape::Text(500)),
]);

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::radius_m(),
    Field::ranked(TITLE, "title", Shape::Text(160)),
    Field::ranked(HAZARD_KIND, "hazard_kind", HAZARD_KINDS),
    Field::ranked(ALERT, "alert", Shape::Ref(&["alert"])),
    Field::ranked(FOOTPRINT, "footprint", FOOTPRINT_SHAPE),
    Field::ranked(TITLE_EN, "title_en", Shape::Text(160)),
    Field::ranked(LABEL, "label", Shape::Text(40)),
    Field::ranked(18, "grade", Shape::Int { min: 1, max: 4, unit: "" }),
    Field::ranked(19, "commander", Shape::Ref(&["post"])),
    Field::ranked(20, "reason", Shape::Text(1_000)),
    Field::ranked(21, "places", Shape::List(&Shape::Place, 1_000)),
    Field::ranked(22, "cause", Shape::Text(1_000)),
];

impl Entity for Event {
    const KIND: Kind = Kind { number: 25, name: "event" };
    const OPS: &'static [OpType] =
        &[OpType::v1(400, Topic::Incidents, Lane::Command, DataClass::Internal)];
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
