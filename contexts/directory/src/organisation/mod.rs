//! An organisation: a government body, an enterprise, a hospital, a village committee.
//!
//! It is no unit of the division table: it lies in one, and acts at it. Whether its own chain alone
//! may order its forces (armed forces) is a field, because a task to such a body is a request.

mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};
use serde_json::{Map, Value as Json};

/// A body that acts, is told, or answers for something.
pub struct Organisation;

/// Body key of the name.
pub const NAME: u8 = 12;
/// Body key of the sort of body.
pub const SORT: u8 = 13;
/// Body key of the duty telephone.
pub const DUTY_PHONE: u8 = 15;
/// Body key of the department's code.
pub const DEPARTMENT: u8 = 17;
/// Body key of "only its own chain orders its forces". Source: domain, §2.4, F3.
pub const OWN_CHAIN_ONLY: u8 = 18;

const STATES: &[(u8, &str)] = &[(1, "Active"), (2, "Dissolved")];

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "register",
        0,
        &["name", "sort", "place"],
        &[
            "name_en",
            "parent",
            "duty_phone",
            "position",
            "source_id",
            "department",
            "own_chain_only",
            "address",
            "note",
        ],
    ),
    Verb::new(
        2,
        "change",
        0,
        &[],
        &[
            "name",
            "name_en",
            "sort",
            "place",
            "parent",
            "duty_phone",
            "position",
            "department",
            "own_chain_only",
            "address",
            "note",
        ],
    ),
    Verb::new(3, "dissolve", 0, &["note"], &[]),
];

const KEEP: &str = "directory.keep";

const EDGES: &[Edge] = &[
    Edge::new(None, "register", Some("Active"), KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "change", None, KEEP, "house, decision 1"),
    Edge::new(Some("Active"), "dissolve", Some("Dissolved"), KEEP, "house, decision 1"),
];

const SORTS: Shape = Shape::Code(&[
    (1, "government"),
    (2, "command_headquarters"),
    (3, "department"),
    (4, "fire_rescue"),
    (5, "armed_police"),
    (6, "militia"),
    (7, "village_committee"),
    (8, "enterprise"),
    (9, "hospital"),
    (10, "school"),
    (11, "rescue_team"),
    (12, "social_force"),
    (13, "depot"),
    (14, "station"),
    (15, "other"),
]);

const FIELDS: &[Field] = &[
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::ranked(NAME, "name", Shape::Text(200)),
    Field::ranked(SORT, "sort", SORTS),
    Field::ranked(14, "parent", Shape::Ref(&["organisation"])),
    Field::ranked(DUTY_PHONE, "duty_phone", Shape::Text(60)),
    Field::ranked(16, "source_id", Shape::Text(120)),
    Field::ranked(DEPARTMENT, "department", Shape::Text(60)),
    Field::ranked(OWN_CHAIN_ONLY, "own_chain_only", Shape::Bool),
    Field::ranked(19, "address", Shape::Text(300)),
    Field::ranked(20, "name_en", Shape::Text(200)),
];

impl Entity for Organisation {
    const KIND: Kind = Kind { number: 16, name: "organisation" };
    const OPS: &'static [OpType] =
        &[OpType::v1(256, Topic::Keys, Lane::Routine, DataClass::Internal)];
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
