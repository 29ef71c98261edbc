//! A callout: one duty holder called about one warning until they have answered.
//!
//! It counts only when the holder or the deputy has acknowledged and repeated the key item; sent,
//! delivered and picked up are not enough. A warning that is raised or enlarged starts a new round
//! of new callouts. Nothing here dials: a person says what was heard, or a channel's job writes it.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

use crate::alert::COLOURS;

/// One post called about one alert or event. Source: domain, §5.4.
pub struct Callout;

/// Body key of the event that it is for.
pub const EVENT: u8 = 13;
/// Body key of the post that is called.
pub const CALLEE: u8 = 14;
/// Body key of the instant by which it must be understood.
pub const DEADLINE_AT: u8 = 18;
/// Body key of the round, from 1.
pub const ROUND: u8 = 25;
/// Body key of the call of the round before.
pub const PREVIOUS: u8 = 31;

const STATES: &[(u8, &str)] = &[
    (1, "Queued"),
    (2, "Dialing"),
    (3, "Delivered"),
    (4, "Answered"),
    (5, "Acknowledged"),
    (6, "ActionReported"),
    (7, "NoAnswer"),
    (8, "WrongPerson"),
    (9, "Refused"),
    (10, "ChannelDown"),
    (11, "Escalated"),
    (12, "Expired"),
];

const HEARD: &[&str] = &["note", "observed_at", "heard_by", "entered_by_voice", "evidence"];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "queue",
        0,
        &["callee"],
        &[
            "alert",
            "event",
            "place",
            "number",
            "channel",
            "deadline_at",
            "round",
            "clock",
            "read_out",
            "colour",
            "previous",
            "note",
        ],
    ),
    Verb::new(2, "dial", 0, &["channel"], &["number", "attempt", "note"]),
    Verb::new(3, "deliver", 0, &[], HEARD),
    Verb::new(
        4,
        "answer",
        0,
        &["answered_as"],
        &["answered_by", "note", "observed_at", "heard_by", "entered_by_voice", "evidence"],
    ),
    Verb::new(
        5,
        "acknowledge",
        0,
        &["answered_as", "repeated"],
        &[
            "answered_by",
            "channel",
            "note",
            "observed_at",
            "heard_by",
            "entered_by_voice",
            "evidence",
        ],
    ),
    Verb::new(6, "report_action", 0, &["action"], HEARD),
    Verb::new(7, "no_answer", 0, &[], &["attempt", "note", "observed_at"]),
    Verb::new(8, "wrong_person", 0, &[], HEARD),
    Verb::new(9, "refuse", 0, &["note"], &["observed_at", "heard_by", "evidence"]),
    Verb::new(10, "channel_down", 0, &[], &["channel", "note", "observed_at"]),
    Verb::new(11, "escalate", 0, &["escalated_to"], &["note"]),
    Verb::new(12, "expire", 0, &[], &["note"]),
];

const CALL: &str = "callout.call";
const ANSWER: &str = "callout.answer";
const SOURCE: &str = "domain, §5.4";
const REDIAL: &str = "domain, §5.4, CO-6";

const EDGES: &[Edge] = &[
    Edge::new(None, "queue", Some("Queued"), CALL, SOURCE),
    Edge::new(Some("Queued"), "dial", Some("Dialing"), CALL, SOURCE),
    Edge::new(Some("Dialing"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("Delivered"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("NoAnswer"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("WrongPerson"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("Refused"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("ChannelDown"), "dial", Some("Dialing"), CALL, REDIAL),
    Edge::new(Some("Dialing"), "deliver", Some("Delivered"), CALL, SOURCE),
    Edge::new(Some("Dialing"), "answer", Some("Answered"), CALL, SOURCE),
    Edge::new(Some("Delivered"), "answer", Some("Answered"), CALL, SOURCE),
    Edge::new(Some("Answered"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    // Whoever is called may answer at their own desk, whatever the caller has noted so far.
    Edge::new(Some("Queued"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("Dialing"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("Delivered"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("NoAnswer"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("ChannelDown"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("WrongPerson"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("Refused"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(Some("Escalated"), "acknowledge", Some("Acknowledged"), ANSWER, SOURCE),
    Edge::new(
        Some("Acknowledged"),
        "report_action",
        Some("ActionReported"),
        ANSWER,
        "domain, §5.4, CO-7",
    ),
    Edge::new(Some("Dialing"), "no_answer", Some("NoAnswer"), CALL, REDIAL),
    Edge::new(Some("Delivered"), "no_answer", Some("NoAnswer"), CALL, REDIAL),
    Edge::new(Some("Dialing"), "wrong_person", Some("WrongPerson"), CALL, SOURCE),
    Edge::new(Some("Answered"), "wrong_person", Some("WrongPerson"), CALL, SOURCE),
    Edge::new(Some("Answered"), "refuse", Some("Refused"), CALL, SOURCE),
    Edge::new(Some("Dialing"), "channel_down", Some("ChannelDown"), CALL, SOURCE),
    Edge::new(Some("Queued"), "channel_down", Some("ChannelDown"), CALL, SOURCE),
    Edge::new(Some("NoAnswer"), "escalate", Some("Escalated"), CALL, REDIAL),
    Edge::new(Some("WrongPerson"), "escalate", Some("Escalated"), CALL, REDIAL),
    Edge::new(Some("Refused"), "escalate", Some("Escalated"), CALL, REDIAL),
    Edge::new(Some("ChannelDown"), "escalate", Some("Escalated"), CALL, REDIAL),
    Edge::new(Some("Queued"), "expire", Some("Expired"), CALL, "domain, §5.4, CO-8"),
    Edge::new(Some("Dialing"), "expire", Some("Expired"), CALL, "domain, §5.4, CO-8"),
    Edge::new(Some("NoAnswer"), "expire", Some("Expired"), CALL, "domain, §5.4, CO-8"),
    Edge::new(Some("ChannelDown"), "expire", Some("Expired"), CALL, "domain, §5.4, CO-8"),
];

const CHANNEL: Shape = Shape::Code(&[
    (1, "phone"),
    (2, "sms"),
    (3, "satellite_phone"),
    (4, "radio"),
    (5, "loudspeaker"),
    (6, "door_knock"),
    (7, "runner"),
    (8, "chat"),
    (9, "console"),
]);

const ANSWERED_AS: Shape = Shape::Code(&[(1, "holder"), (2, "deputy"), (3, "other")]);

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::ranked(12, "alert", Shape::Ref(&["alert"])),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(CALLEE, "callee", Shape::Ref(&["post"])),
    Field::ranked(15, "number", Shape::Text(60)),
    Field::ranked(16, "channel", CHANNEL),
    Field::ranked(17, "attempt", Shape::Int { min: 1, max: 1_000, unit: "" }),
    Field::ranked(DEADLINE_AT, "deadline_at", Shape::Instant),
    Field::ranked(19, "answered_as", ANSWERED_AS),
    Field::ranked(20, "answered_by", Shape::Ref(&["person", "post"])),
    Field::ranked(21, "repeated", Shape::Text(500)),
    Field::ranked(22, "action", Shape::Text(2_000)),
    Field::ranked(23, "escalated_to", Shape::Ref(&["post"])),
    Field::ranked(24, "evidence", Shape::Blob),
    Field::ranked(ROUND, "round", Shape::Int { min: 1, max: 1_000, unit: "" }),
    Field::ranked(26, "clock", Shape::Text(20)),
    Field::ranked(27, "read_out", Shape::Text(500)),
    Field::ranked(28, "heard_by", Shape::Ref(&["person", "post"])),
    Field::ranked(29, "entered_by_voice", Shape::Bool),
    Field::ranked(30, "colour", COLOURS),
    Field::ranked(PREVIOUS, "previous", Shape::Ref(&["callout"])),
];

impl Entity for Callout {
    const KIND: Kind = Kind { number: 24, name: "callout" };
    const OPS: &'static [OpType] =
        &[OpType::v1(384, Topic::Tasks, Lane::Command, DataClass::Internal)];
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
