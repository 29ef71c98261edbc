//! An alert: what an issuer warned of, where, how bad and until when, in the terms of CAP 1.2.
//!
//! One entity is one warning through its life: issued, updated, cancelled. Expired is a view by
//! time and no state. The original bytes are a blob, named by hash; this keeps what they say. It
//! does not judge signatures of the message and issues nothing to the public.

mod check;
mod shapes;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

pub use check::named_in;
pub use shapes::{COLOURS, INFO};

/// A warning from an issuer. Source: ERL art. 64; CAP 1.2.
pub struct Alert;

/// Body key of the messages that an update came after.
pub const REFERENCES: u8 = 18;
/// Body key of the message's status: Actual, Exercise …
pub const STATUS: u8 = 15;
/// Body key of the infos: one a language.
pub const INFOS: u8 = 19;
/// Body key of the hash of the original bytes.
pub const ORIGINAL: u8 = 20;
/// Body key of the identifier of the message that stands.
pub const IDENTIFIER: u8 = 12;
/// Body key of the sender, with the identifier the name of a message.
pub const SENDER: u8 = 13;

/// Body key of the instant at which it was sent.
pub const SENT_AT: u8 = 14;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Updated"), (3, "Cancelled")];

const CONTENT: &[&str] = &[
    "scope",
    "references",
    "infos",
    "original",
    "colour",
    "signal",
    "hazard_kind",
    "effective_at",
    "onset_at",
    "expires_at",
    "sender_name",
    "source",
    "restriction",
    "addresses",
    "codes",
    "incidents",
    "message_note",
    "place",
    "places",
    "callout_round",
    "note",
];

const VERBS: &[Verb] = &[
    Verb::new(1, "issue", 0, &["identifier", "sender", "sent_at", "status", "message"], CONTENT),
    Verb::new(2, "update", 0, &["identifier", "sent_at", "references", "infos"], CONTENT_OF_UPDATE),
    Verb::new(3, "cancel", 0, &["identifier", "sent_at", "references"], CONTENT_OF_UPDATE),
    Verb::new(4, "hear", 0, &[], &["note"]),
];

const CONTENT_OF_UPDATE: &[&str] = &[
    "sender",
    "status",
    "message",
    "scope",
    "infos",
    "original",
    "colour",
    "signal",
    "hazard_kind",
    "effective_at",
    "onset_at",
    "expires_at",
    "sender_name",
    "source",
    "restriction",
    "addresses",
    "codes",
    "incidents",
    "message_note",
    "place",
    "places",
    "callout_round",
    "note",
];

const EDGES: &[Edge] = &[
    Edge::new(None, "issue", Some("Active"), "alert.issue", "ERL art. 64"),
    Edge::new(Some("Active"), "update", Some("Updated"), "alert.issue", "ERL art. 70"),
    Edge::new(Some("Updated"), "update", Some("Updated"), "alert.issue", "ERL art. 70"),
    // A cancellation whose alert never came here is kept as what it is, and stands for nothing.
    Edge::new(None, "cancel", Some("Cancelled"), "alert.issue", "CAP 1.2, msgType"),
    Edge::new(Some("Active"), "cancel", Some("Cancelled"), "alert.issue", "ERL art. 70"),
    Edge::new(Some("Updated"), "cancel", Some("Cancelled"), "alert.issue", "ERL art. 70"),
    // A named person heard the alarm: who knew when, and no step of the alert.
    Edge::new(Some("Active"), "hear", None, "callout.answer", "screens, §6"),
    Edge::new(Some("Updated"), "hear", None, "callout.answer", "screens, §6"),
];

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(IDENTIFIER, "identifier", Shape::Text(300)),
    Field::ranked(SENDER, "sender", Shape::Text(300)),
    Field::ranked(SENT_AT, "sent_at", Shape::Instant),
    Field::ranked(STATUS, "status", shapes::STATUS),
    Field::ranked(16, "message", shapes::MESSAGE),
    Field::ranked(17, "scope", shapes::SCOPE),
    Field::ranked(REFERENCES, "references", Shape::List(&Shape::Text(700), 100)),
    Field::ranked(INFOS, "infos", Shape::List(&INFO, 20)),
    Field::ranked(ORIGINAL, "original", Shape::Hash),
    Field::ranked(21, "colour", COLOURS),
    Field::ranked(22, "signal", shapes::SIGNAL),
    Field::ranked(23, "hazard_kind", ledger::shape::HAZARD_KINDS),
    Field::ranked(24, "effective_at", Shape::Instant),
    Field::ranked(25, "onset_at", Shape::Instant),
    Field::ranked(26, "expires_at", Shape::Instant),
    Field::ranked(27, "sender_name", Shape::Text(300)),
    Field::ranked(28, "source", Shape::Text(300)),
    Field::ranked(29, "restriction", Shape::Text(500)),
    Field::ranked(30, "addresses", Shape::Text(2_000)),
    Field::ranked(31, "codes", Shape::List(&Shape::Text(300), 50)),
    Field::ranked(32, "incidents", Shape::Text(2_000)),
    Field::ranked(33, "message_note", Shape::Text(2_000)),
    Field::ranked(34, "places", Shape::List(&Shape::Place, 500)),
    Field::ranked(35, "callout_round", Shape::Int { min: 1, max: 1_000, unit: "" }),
];

impl Entity for Alert {
    const KIND: Kind = Kind { number: 32, name: "alert" };
    const OPS: &'static [OpType] =
        &[OpType::v1(32, Topic::Warnings, Lane::LifeSafety, DataClass::Open)];
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
