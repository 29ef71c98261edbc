//! A report: what one desk tells another about an event, numbered, first and continued.
//!
//! Six fields matter at first: who said it, when and where, what kind, casualties, steps taken; any
//! may be unknown. A continued report brings only what changed and supersedes the one before; it
//! never edits it. Its figures are also written as casualty and situation, by `node`, in the same
//! submit.
//!
//! The unit that told it stands in the open part; a person's own name and telephone are written
//! apart, encrypted, and can be purged: the report stays. Source: sync, §11.

mod check;
mod parts;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::shape::HAZARD_KINDS;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

use crate::figures::REASON;
pub use parts::FIGURES_SHAPE;

/// One report of the chain of reports about an event. Source: domain, §6.5.
pub struct Report;

/// Body key of the event.
pub const EVENT: u8 = 12;
/// Body key of the sequence in its event: 1 is the first report.
pub const SEQUENCE: u8 = 14;
/// Body key of the sort: initial, continued, verified, zero, supplementary.
pub const SORT: u8 = 15;
/// Body key of the person who told it; class 2.
pub const TOLD_BY: u8 = 33;
/// Body key of that person's own telephone; class 2.
pub const TOLD_BY_PHONE: u8 = 34;
/// Number of the verb that names who told it.
const NAME_SOURCE: u8 = 11;
/// Body key of the figures it tells.
pub const FIGURES: u8 = 18;

const STATES: &[(u8, &str)] = &[
    (1, "Draft"),
    (2, "Signed"),
    (3, "Queued"),
    (4, "Sent"),
    (5, "DeliveredToPeer"),
    (6, "AcceptedByDuty"),
    (7, "Incorporated"),
    (8, "Returned"),
    (9, "Superseded"),
];

const TELLS: &[&str] = &[
    "happened_at",
    "observed_at",
    "position",
    "radius_m",
    "place",
    "label",
    "previous",
    "title",
    "hazard_kind",
    "figures",
    "figures_at",
    "reason",
    "what",
    "measures",
    "needed",
    "addressee",
    "clock",
    "due_at",
    "source_unit",
    "next_at",
    "photos",
    "note",
];

const VERBS: &[Verb] = &[
    Verb::new(1, "draft", 0, &["event", "sort", "sequence"], TELLS),
    Verb::new(2, "change", 0, &[], TELLS),
    Verb::new(3, "sign", 0, &["event", "sort", "sequence", "what"], TELLS),
    Verb::new(4, "queue", 0, &["channel"], &["note"]),
    Verb::new(5, "send", 0, &["channel", "sent_at"], &["note"]),
    Verb::new(6, "deliver", 0, &[], &["note"]),
    Verb::new(7, "accept", 0, &[], &["accepted_at", "accepted_by", "channel", "note"]),
    Verb::new(8, "incorporate", 0, &["incorporated_in"], &["note"]),
    Verb::new(9, "return", 0, &["return_reason"], &["note"]),
    Verb::new(10, "supersede", 0, &["superseded_by"], &["note"]),
    Verb::new(NAME_SOURCE, "name_source", 1, &[], &["told_by", "told_by_phone"]),
];

const WRITE: &str = "report.write";
const TAKE: &str = "report.take";
const SOURCE: &str = "domain, §6.5";
const PRIVATE: &str = "PIPL";

const EDGES: &[Edge] = &[
    Edge::new(None, "draft", Some("Draft"), WRITE, SOURCE),
    Edge::new(Some("Draft"), "change", None, WRITE, SOURCE),
    Edge::new(Some("Returned"), "change", None, WRITE, SOURCE),
    Edge::new(None, "sign", Some("Signed"), WRITE, SOURCE),
    Edge::new(Some("Draft"), "sign", Some("Signed"), WRITE, SOURCE),
    Edge::new(Some("Returned"), "sign", Some("Signed"), WRITE, SOURCE),
    Edge::new(Some("Signed"), "queue", Some("Queued"), WRITE, SOURCE),
    Edge::new(Some("Signed"), "send", Some("Sent"), WRITE, SOURCE),
    Edge::new(Some("Queued"), "send", Some("Sent"), WRITE, SOURCE),
    Edge::new(Some("Sent"), "deliver", Some("DeliveredToPeer"), TAKE, SOURCE),
    // Between desks of one node nothing is sent: the other desk takes what was signed.
    Edge::new(Some("Signed"), "accept", Some("AcceptedByDuty"), TAKE, SOURCE),
    Edge::new(Some("Sent"), "accept", Some("AcceptedByDuty"), TAKE, SOURCE),
    Edge::new(Some("DeliveredToPeer"), "accept", Some("AcceptedByDuty"), TAKE, SOURCE),
    Edge::new(Some("AcceptedByDuty"), "incorporate", Some("Incorporated"), TAKE, SOURCE),
    Edge::new(Some("Signed"), "return", Some("Returned"), TAKE, SOURCE),
    Edge::new(Some("Sent"), "return", Some("Returned"), TAKE, SOURCE),
    Edge::new(Some("DeliveredToPeer"), "return", Some("Returned"), TAKE, SOURCE),
    Edge::new(Some("AcceptedByDuty"), "return", Some("Returned"), TAKE, SOURCE),
    Edge::new(Some("Signed"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("Sent"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("DeliveredToPeer"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("AcceptedByDuty"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("Incorporated"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("Returned"), "supersede", Some("Superseded"), WRITE, SOURCE),
    Edge::new(Some("Draft"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("Signed"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("Queued"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("Sent"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("DeliveredToPeer"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("AcceptedByDuty"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("Incorporated"), "name_source", None, WRITE, PRIVATE),
    Edge::new(Some("Returned"), "name_source", None, WRITE, PRIVATE),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::radius_m(),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(13, "label", Shape::Text(40)),
    Field::ranked(SEQUENCE, "sequence", Shape::Int { min: 1, max: 100_000, unit: "" }),
    Field::ranked(SORT, "sort", parts::SORTS),
    Field::ranked(16, "previous", Shape::Ref(&["report"])),
    Field::ranked(17, "title", Shape::Text(160)),
    Field::ranked(FIGURES, "figures", parts::FIGURES_SHAPE),
    Field::ranked(19, "what", Shape::Text(4_000)),
    Field::ranked(20, "measures", Shape::Text(4_000)),
    Field::ranked(21, "needed", Shape::Text(2_000)),
    Field::ranked(22, "addressee", Shape::Ref(&["organisation", "post"])),
    Field::ranked(23, "clock", Shape::Text(20)),
    Field::ranked(24, "due_at", Shape::Instant),
    Field::ranked(25, "sent_at", Shape::Instant),
    Field::ranked(26, "accepted_at", Shape::Instant),
    Field::ranked(27, "channel", parts::CHANNEL),
    Field::ranked(28, "accepted_by", Shape::Ref(&["post", "person"])),
    Field::ranked(29, "incorporated_in", Shape::Ref(&["report"])),
    Field::ranked(30, "return_reason", Shape::Text(1_000)),
    Field::ranked(31, "superseded_by", Shape::Ref(&["report"])),
    Field::ranked(32, "hazard_kind", HAZARD_KINDS),
    Field::ranked(TOLD_BY, "told_by", Shape::Text(120)),
    Field::ranked(TOLD_BY_PHONE, "told_by_phone", Shape::Text(60)),
    Field::ranked(35, "next_at", Shape::Instant),
    Field::ranked(36, "photos", Shape::List(&Shape::Blob, 20)),
    Field::ranked(37, "reason", REASON),
    Field::ranked(38, "source_unit", Shape::Text(120)),
    Field::ranked(39, "figures_at", Shape::Instant),
];

impl Entity for Report {
    const KIND: Kind = Kind { number: 26, name: "report" };
    const OPS: &'static [OpType] = &[
        OpType::v1(416, Topic::Incidents, Lane::Command, DataClass::Internal),
        // Apart from the report, which is kept for ever: it can be purged and the report stays.
        OpType::v1(417, Topic::Registers, Lane::Command, DataClass::Personal),
    ];
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
