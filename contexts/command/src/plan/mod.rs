//! A plan: the levels, criteria, measures and duties that an office acts by, as a version in force.
//!
//! The tables are files by hash; this says which of them are in force where, since when and by
//! whose word. A judgement keeps table, version and hash, so that a later plan changes nothing that
//! was judged.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::shape::HAZARD_KINDS;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// A plan of a place for one kind of hazard. Source: ERL art. 28; house, decision 23.
pub struct Plan;

/// Body key of the hazard kind.
pub const HAZARD_KIND: u8 = 13;
/// Body key of the tables by name and hash.
pub const TABLES: u8 = 14;
/// Body key of "who proposes and who approves are two people".
pub const TWO_PEOPLE: u8 = 19;
/// Number of the state of a plan that holds.
pub const IN_FORCE: i64 = 2;

const STATES: &[(u8, &str)] = &[(1, "Draft"), (2, "InForce"), (3, "Replaced")];

const BRINGS: &[&str] = &["title_en", "version", "tables", "document", "two_people", "note"];

const VERBS: &[Verb] = &[
    Verb::new(1, "draft", 0, &["title", "hazard_kind", "place"], BRINGS),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &["title", "title_en", "version", "tables", "document", "two_people", "note"],
    ),
    Verb::new(
        3,
        "put_in_force",
        0,
        &["tables", "approved_by", "in_force_from"],
        &["version", "document", "two_people", "document_number", "note"],
    ),
    Verb::new(4, "replace", 0, &["replaced_by"], &["note"]),
];

const KEEP: &str = "plan.keep";
const APPROVE: &str = "plan.approve";

const EDGES: &[Edge] = &[
    Edge::new(None, "draft", Some("Draft"), KEEP, "ERL art. 28"),
    Edge::new(Some("Draft"), "change", None, KEEP, "ERL art. 28"),
    Edge::new(Some("Draft"), "put_in_force", Some("InForce"), APPROVE, "ERL art. 28"),
    Edge::new(Some("InForce"), "replace", Some("Replaced"), APPROVE, "ERL art. 28"),
];

const TABLE: Shape = Shape::Record(&[
    (1, "name", Shape::Text(120)),
    (2, "hash", Shape::Hash),
    (3, "version", Shape::Text(60)),
]);

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(12, "title", Shape::Text(160)),
    Field::ranked(HAZARD_KIND, "hazard_kind", HAZARD_KINDS),
    Field::ranked(TABLES, "tables", Shape::List(&TABLE, 50)),
    Field::ranked(15, "document", Shape::Blob),
    Field::ranked(16, "version", Shape::Text(60)),
    Field::ranked(17, "approved_by", Shape::Ref(&["post", "organisation"])),
    Field::ranked(18, "in_force_from", Shape::Instant),
    Field::ranked(TWO_PEOPLE, "two_people", Shape::Bool),
    Field::ranked(20, "replaced_by", Shape::Ref(&["plan"])),
    Field::ranked(21, "document_number", Shape::Text(80)),
    Field::ranked(22, "title_en", Shape::Text(160)),
];

impl Entity for Plan {
    const KIND: Kind = Kind { number: 27, name: "plan" };
    const OPS: &'static [OpType] =
        &[OpType::v1(432, Topic::Documents, Lane::Routine, DataClass::Internal)];
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
