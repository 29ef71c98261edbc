//! A site: a shelter, hospital, school, depot or landing zone, and who counts heads there.
//!
//! The head count holds only from the site's keeper, a key; movements that have seen it adjust it.
//! Who is there by name is a register of personal data and not here.

mod check;
mod parts;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::{Keeper, KeptCount, Movement, Steps};
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

/// A place kept ready for people, goods or aircraft. Source: domain, §10.8; GB/T 44013.
pub struct Site;

/// Body key of the name.
pub const NAME: u8 = 12;
/// Body key of the sort.
pub const SORT: u8 = 13;
/// Body key of the keeper's key.
pub const KEEPER: u8 = 14;
/// Body key of the head count.
pub const COUNT: u8 = 15;
/// Body key of movements since the count.
pub const MOVE: u8 = 16;
/// Body key of the places for people.
pub const CAPACITY: u8 = 17;

const STATES: &[(u8, &str)] = &[
    (1, "Listed"),
    (2, "OnCall"),
    (3, "Opened"),
    (4, "Full"),
    (5, "Closing"),
    (6, "Closed"),
    (7, "Struck"),
];

const KEPT: usize = 0;
const COUNTED: usize = 1;
const MOVED: usize = 2;

const FACTS: &[&str] = &[
    "name",
    "name_en",
    "sort",
    "place",
    "position",
    "capacity",
    "grade",
    "keeper_post",
    "phone",
    "organisation",
    "beds",
    "landing_m",
    "area_m2",
    "address",
    "note",
];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "list",
        KEPT,
        &["name", "sort", "place"],
        &[
            "name_en",
            "position",
            "capacity",
            "grade",
            "keeper",
            "keeper_post",
            "phone",
            "organisation",
            "beds",
            "landing_m",
            "area_m2",
            "address",
            "source_id",
            "note",
        ],
    ),
    Verb::new(2, "change", KEPT, &[], FACTS),
    Verb::new(3, "inspect", KEPT, &["inspection"], &["note", "observed_at"]),
    Verb::new(4, "put_on_call", KEPT, &[], &["keeper", "keeper_post", "note"]),
    Verb::new(5, "open", KEPT, &[], &["keeper", "keeper_post", "event", "happened_at", "note"]),
    Verb::new(6, "fill", KEPT, &[], &["observed_at", "note"]),
    Verb::new(7, "free", KEPT, &[], &["observed_at", "note"]),
    Verb::new(8, "close", KEPT, &[], &["happened_at", "reason", "note"]),
    Verb::new(9, "finish", KEPT, &[], &["happened_at", "note"]),
    Verb::new(10, "strike", KEPT, &["reason"], &["note"]),
    Verb::new(11, "hand_over", KEPT, &["keeper"], &["keeper_post", "note"]),
    Verb::new(12, "count", COUNTED, &["count"], &["observed_at", "event", "reason", "note"]),
    Verb::new(13, "move", MOVED, &["move"], &["observed_at", "event", "from_place", "note"]),
];

const KEEP: &str = "site.keep";
const RUN: &str = "site.run";
const COUNT_HEADS: &str = "site.count";
const SOURCE: &str = "domain, §10.8";

const EDGES: &[Edge] = &[
    Edge::new(None, "list", Some("Listed"), KEEP, SOURCE),
    Edge::new(Some("Listed"), "change", None, KEEP, SOURCE),
    Edge::new(Some("OnCall"), "change", None, KEEP, SOURCE),
    Edge::new(Some("Opened"), "change", None, KEEP, SOURCE),
    Edge::new(Some("Full"), "change", None, KEEP, SOURCE),
    Edge::new(Some("Listed"), "inspect", None, KEEP, SOURCE),
    Edge::new(Some("OnCall"), "inspect", None, KEEP, SOURCE),
    Edge::new(Some("Opened"), "inspect", None, KEEP, SOURCE),
    Edge::new(Some("Closed"), "inspect", None, KEEP, SOURCE),
    Edge::new(Some("Listed"), "put_on_call", Some("OnCall"), RUN, SOURCE),
    Edge::new(Some("Closed"), "put_on_call", Some("OnCall"), RUN, SOURCE),
    Edge::new(Some("Listed"), "open", Some("Opened"), RUN, SOURCE),
    Edge::new(Some("OnCall"), "open", Some("Opened"), RUN, SOURCE),
    Edge::new(Some("Closed"), "open", Some("Opened"), RUN, SOURCE),
    Edge::new(Some("Opened"), "fill", Some("Full"), RUN, SOURCE),
    Edge::new(Some("Full"), "free", Some("Opened"), RUN, SOURCE),
    Edge::new(Some("Opened"), "close", Some("Closing"), RUN, SOURCE),
    Edge::new(Some("Full"), "close", Some("Closing"), RUN, SOURCE),
    Edge::new(Some("Closing"), "finish", Some("Closed"), RUN, SOURCE),
    Edge::new(Some("Listed"), "strike", Some("Struck"), KEEP, SOURCE),
    Edge::new(Some("Closed"), "strike", Some("Struck"), KEEP, SOURCE),
    Edge::new(Some("Listed"), "hand_over", None, RUN, "sync, §8"),
    Edge::new(Some("OnCall"), "hand_over", None, RUN, "sync, §8"),
    Edge::new(Some("Opened"), "hand_over", None, RUN, "sync, §8"),
    Edge::new(Some("Full"), "hand_over", None, RUN, "sync, §8"),
    Edge::new(Some("Opened"), "count", None, COUNT_HEADS, "sync, §8"),
    Edge::new(Some("Full"), "count", None, COUNT_HEADS, "sync, §8"),
    Edge::new(Some("Closing"), "count", None, COUNT_HEADS, "sync, §8"),
    Edge::new(Some("Opened"), "move", None, COUNT_HEADS, "sync, §8"),
    Edge::new(Some("Full"), "move", None, COUNT_HEADS, "sync, §8"),
    Edge::new(Some("Closing"), "move", None, COUNT_HEADS, "sync, §8"),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::new(10, "observed_at", Shape::Instant, &ledger::rule::Series),
    Field::ranked(NAME, "name", Shape::Text(200)),
    Field::ranked(SORT, "sort", parts::SORTS),
    Field::new(KEEPER, "keeper", Shape::Text(64), &Keeper),
    Field::new(COUNT, "count", parts::PEOPLE, &KeptCount(KEEPER)),
    Field::new(MOVE, "move", parts::CHANGE, &Movement(COUNT)),
    Field::ranked(CAPACITY, "capacity", parts::PEOPLE),
    Field::ranked(18, "source_id", Shape::Text(120)),
    Field::ranked(19, "grade", Shape::Code(&[(1, "urgent"), (2, "short_term"), (3, "long_term")])),
    Field::ranked(20, "keeper_post", Shape::Ref(&["post"])),
    Field::ranked(21, "phone", Shape::Text(60)),
    Field::ranked(22, "organisation", Shape::Ref(&["organisation"])),
    Field::ranked(23, "beds", Shape::Int { min: 0, max: 100_000, unit: "bed" }),
    Field::ranked(24, "landing_m", Shape::Int { min: 0, max: 5_000, unit: "m" }),
    Field::ranked(25, "area_m2", Shape::Int { min: 0, max: 100_000_000, unit: "m2" }),
    Field::ranked(26, "address", Shape::Text(300)),
    Field::ranked(27, "name_en", Shape::Text(200)),
    Field::ranked(28, "inspection", parts::INSPECTION),
    Field::ranked(29, "event", Shape::Ref(&["event"])),
    Field::ranked(30, "reason", Shape::Text(1_000)),
    Field::ranked(31, "from_place", Shape::Place),
];

impl Entity for Site {
    const KIND: Kind = Kind { number: 21, name: "site" };
    const OPS: &'static [OpType] = &[
        OpType::v1(336, Topic::Teams, Lane::Relief, DataClass::Internal),
        OpType::v1(3, Topic::Registers, Lane::Relief, DataClass::Internal),
        OpType::v1(4, Topic::Registers, Lane::Relief, DataClass::Internal),
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

    fn public_code(args: &Map<String, Json>) -> Option<String> {
        Some(args.get("source_id")?.as_str()?.to_owned())
    }
}
