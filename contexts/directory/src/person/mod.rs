//! A person: which posts they hold, and, kept apart as personal data, what they are called.
//!
//! Two op types, never one mixed body: the open part has no name in it and stays when the name is
//! purged. The account that signs in is local to a node and only named here.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// Somebody who holds posts.
pub struct Person;

/// Body key of the posts held.
pub const POSTS: u8 = 12;
/// Body key of the account's name.
pub const ACCOUNT: u8 = 13;
/// Body key of the name; class 2.
pub const NAME: u8 = 20;
/// Body key of the private telephone; class 2.
pub const PRIVATE_PHONE: u8 = 21;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Left")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "enrol",
        0,
        &["organisation"],
        &["posts", "account", "duty_role", "place", "qualifications", "note"],
    ),
    Verb::new(
        2,
        "assign",
        0,
        &["posts"],
        &["organisation", "account", "duty_role", "place", "qualifications", "note"],
    ),
    Verb::new(3, "describe", 1, &["name"], &["private_phone", "languages", "address"]),
    Verb::new(4, "leave", 0, &["note"], &[]),
];

const KEEP: &str = "directory.keep";

const EDGES: &[Edge] = &[
    Edge::new(None, "enrol", Some("Active"), KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "assign", None, KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "describe", None, KEEP, "PIPL"),
    Edge::new(Some("Active"), "leave", Some("Left"), KEEP, "house, decision 1"),
];

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(POSTS, "posts", Shape::List(&Shape::Ref(&["post"]), 32)),
    Field::ranked(ACCOUNT, "account", Shape::Text(60)),
    Field::ranked(14, "organisation", Shape::Ref(&["organisation"])),
    Field::ranked(15, "duty_role", Shape::Code(&[(1, "principal"), (2, "deputy")])),
    Field::ranked(16, "qualifications", Shape::List(&Shape::Text(120), 20)),
    Field::ranked(NAME, "name", Shape::Text(60)),
    Field::ranked(PRIVATE_PHONE, "private_phone", Shape::Text(60)),
    Field::ranked(22, "languages", Shape::List(&Shape::Text(40), 10)),
    Field::ranked(23, "address", Shape::Text(300)),
];

impl Entity for Person {
    const KIND: Kind = Kind { number: 17, name: "person" };
    const OPS: &'static [OpType] = &[
        OpType::v1(272, Topic::Keys, Lane::Routine, DataClass::Internal),
        OpType::v1(273, Topic::Keys, Lane::Routine, DataClass::Personal),
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
