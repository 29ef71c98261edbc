//! A relief plan: who gets what, from where, by which way and when, as computed and checked files.
//!
//! The entity names problem, plan and the independent check by hash; the lines are in the files.
//! Only a plan whose check found no fault is put in force. What is issued to drivers are delivery
//! orders.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

/// A plan of allocation and delivery. Source: house, decisions 4 and 8.
pub struct ReliefPlan;

/// Body key of the event.
pub const EVENT: u8 = 12;
/// Body key of the problem's hash.
pub const PROBLEM: u8 = 13;
/// Body key of the plan's hash.
pub const PLAN: u8 = 14;
/// Body key of what the independent checker found.
pub const CHECKED: u8 = 15;

const STATES: &[(u8, &str)] = &[(1, "Draft"), (2, "Checked"), (3, "InForce"), (4, "Replaced")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "draft",
        0,
        &["event", "problem", "plan"],
        &["place", "title", "follows", "summary", "roads_at", "note"],
    ),
    Verb::new(2, "check", 0, &["checked"], &["note"]),
    Verb::new(3, "put_in_force", 0, &["approved_by"], &["note"]),
    Verb::new(4, "replace", 0, &["replaced_by"], &["note"]),
    Verb::new(5, "drop", 0, &["reason"], &["note"]),
];

const MAKE: &str = "relief_plan.make";
const APPROVE: &str = "relief_plan.approve";
const SOURCE: &str = "house, decision 8";

const EDGES: &[Edge] = &[
    Edge::new(None, "draft", Some("Draft"), MAKE, SOURCE),
    Edge::new(Some("Draft"), "check", Some("Checked"), MAKE, SOURCE),
    Edge::new(Some("Checked"), "put_in_force", Some("InForce"), APPROVE, "DRR art. 22"),
    Edge::new(Some("InForce"), "replace", Some("Replaced"), APPROVE, "house, decision 11"),
    Edge::new(Some("Draft"), "drop", Some("Replaced"), MAKE, SOURCE),
    Edge::new(Some("Checked"), "drop", Some("Replaced"), MAKE, SOURCE),
];

const CHECKED_SHAPE: Shape = Shape::Record(&[
    (1, "problem", Shape::Hash),
    (2, "plan", Shape::Hash),
    (3, "faults", Shape::Int { min: 0, max: 1_000_000, unit: "" }),
    (4, "findings", Shape::Hash),
    (5, "version", Shape::Text(40)),
]);

/// Packs of all needs together.
const SUM: Shape = Shape::Int { min: 0, max: 1_000_000_000_000_000, unit: "pack" };

const SUMMARY: Shape = Shape::Record(&[
    (1, "lowest_share_permille", Shape::Int { min: 0, max: 1_000, unit: "permille" }),
    (2, "lowest_place", Shape::Place),
    (3, "packs", SUM),
    (4, "unmet", SUM),
    (5, "orders", Shape::Int { min: 0, max: 1_000_000, unit: "" }),
    (6, "changed", Shape::Int { min: 0, max: 1_000_000, unit: "" }),
]);

const FIELDS: &[Field] = &[
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(EVENT, "event", Shape::Ref(&["event"])),
    Field::ranked(PROBLEM, "problem", Shape::Hash),
    Field::ranked(PLAN, "plan", Shape::Hash),
    Field::ranked(CHECKED, "checked", CHECKED_SHAPE),
    Field::ranked(16, "approved_by", Shape::Ref(&["post", "person"])),
    Field::ranked(17, "replaced_by", Shape::Ref(&["relief_plan"])),
    Field::ranked(18, "follows", Shape::Ref(&["relief_plan"])),
    Field::ranked(19, "summary", SUMMARY),
    Field::ranked(20, "roads_at", Shape::Instant),
    Field::ranked(21, "title", Shape::Text(160)),
    Field::ranked(22, "reason", Shape::Text(1_000)),
];

impl Entity for ReliefPlan {
    const KIND: Kind = Kind { number: 38, name: "relief_plan" };
    const OPS: &'static [OpType] =
        &[OpType::v1(608, Topic::Tasks, Lane::Relief, DataClass::Internal)];
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
