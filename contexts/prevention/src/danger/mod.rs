//! A hidden danger: an unsafe state at an enterprise or place, from found to struck off.
//!
//! A judgement is one field: grade, criterion, version and inputs mean nothing apart. Undetermined
//! counts as major until it is judged. Who fixed it neither reviews it nor signs it off; a major
//! one is passed by two. Listing, extension, transfer and closing down are not here.

mod check;
mod fold;
mod parts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::Kind;
use ledger::rule::Steps;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Value, Verb,
    View,
};

pub use parts::{Grade, grade};

/// A hidden danger. Source: WSL art. 41; domain, §8.3.
pub struct Danger;

/// Body key of the enterprise or body it is at.
pub const AT: u8 = 12;
/// Body key of the judgement.
pub const JUDGEMENT: u8 = 15;
/// Body key of the five fixings.
pub const FIVE_FIXINGS: u8 = 17;
/// Body key of the plan of a major one.
pub const PLAN: u8 = 18;
/// Body key of what was done, with its proof.
pub const FIXED: u8 = 20;
/// Body key of the first reviewer's opinion.
pub const REVIEW: u8 = 21;
/// Body key of the second reviewer's opinion.
pub const SECOND_REVIEW: u8 = 22;

const STATES: &[(u8, &str)] = &[
    (1, "Found"),
    (2, "Recorded"),
    (3, "Determined"),
    (4, "Ordered"),
    (PLAN_APPROVED, "PlanApproved"),
    (6, "InRectification"),
    (7, "SelfAccepted"),
    (8, "ReviewRequested"),
    (PASSED, "Passed"),
    (10, "SignedOff"),
    (11, "Archived"),
    (12, "Reopened"),
];

/// Number of the verb that opens a round of review.
const ASK_REVIEW: u8 = 8;
/// Number of the state in which a plan was approved.
const PLAN_APPROVED: u8 = 5;
/// Number of the state in which a review was passed.
const PASSED: u8 = 9;

const VERBS: &[Verb] = &[
    Verb::new(
        1,
        "find",
        0,
        &["title", "place"],
        &[
            "title_en",
            "at",
            "sector",
            "description",
            "found_how",
            "photos",
            "position",
            "radius_m",
            "happened_at",
            "observed_at",
            "row",
            "label",
            "note",
        ],
    ),
    Verb::new(2, "record", 0, &[], &["at", "sector", "description", "row", "label", "note"]),
    Verb::new(3, "determine", 0, &["judgement"], &["sector", "controls", "note"]),
    Verb::new(4, "order", 0, &["five_fixings"], &["order_sort", "controls", "document", "note"]),
    Verb::new(5, "approve_plan", 0, &["plan"], &["note"]),
    Verb::new(6, "start", 0, &[], &["controls", "note"]),
    Verb::new(7, "self_accept", 0, &["fixed"], &["note"]),
    Verb::new(ASK_REVIEW, "ask_review", 0, &[], &["note"]),
    Verb::new(9, "pass", 0, &["review"], &["note"]),
    Verb::new(10, "second_pass", 0, &["second_review"], &["note"]),
    Verb::new(11, "fail", 0, &["reason"], &["note"]),
    Verb::new(12, "sign_off", 0, &[], &["opinion", "document", "note"]),
    Verb::new(13, "archive", 0, &[], &["note"]),
    Verb::new(14, "reopen", 0, &["reason"], &["note"]),
];

const FIND: &str = "danger.find";
const JUDGE: &str = "danger.determine";
const ORDER: &str = "danger.order";
const FIX: &str = "danger.fix";
const REVIEW_IT: &str = "danger.review";
const SIGN_OFF: &str = "danger.sign_off";
const SOURCE: &str = "domain, §8.3";

const EDGES: &[Edge] = &[
    Edge::new(None, "find", Some("Found"), FIND, "WSL art. 41"),
    Edge::new(Some("Found"), "record", Some("Recorded"), JUDGE, SOURCE),
    Edge::new(Some("Reopened"), "record", Some("Recorded"), JUDGE, SOURCE),
    Edge::new(Some("Recorded"), "determine", Some("Determined"), JUDGE, SOURCE),
    Edge::new(Some("Determined"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("Ordered"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("PlanApproved"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("InRectification"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("SelfAccepted"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("ReviewRequested"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("Passed"), "determine", None, JUDGE, SOURCE),
    Edge::new(Some("Determined"), "order", Some("Ordered"), ORDER, "WSL art. 65, 70"),
    Edge::new(Some("Ordered"), "approve_plan", Some("PlanApproved"), ORDER, "R16 art. 15"),
    Edge::new(Some("Ordered"), "start", Some("InRectification"), FIX, SOURCE),
    Edge::new(Some("PlanApproved"), "start", Some("InRectification"), FIX, SOURCE),
    Edge::new(Some("InRectification"), "approve_plan", None, ORDER, "R16 art. 15"),
    Edge::new(Some("InRectification"), "self_accept", Some("SelfAccepted"), FIX, SOURCE),
    Edge::new(Some("SelfAccepted"), "ask_review", Some("ReviewRequested"), FIX, SOURCE),
    Edge::new(Some("ReviewRequested"), "pass", Some("Passed"), REVIEW_IT, SOURCE),
    Edge::new(Some("Passed"), "second_pass", None, REVIEW_IT, SOURCE),
    Edge::new(Some("ReviewRequested"), "fail", Some("InRectification"), REVIEW_IT, SOURCE),
    Edge::new(Some("Passed"), "fail", Some("InRectification"), REVIEW_IT, SOURCE),
    Edge::new(Some("Passed"), "sign_off", Some("SignedOff"), SIGN_OFF, "WSL art. 65"),
    Edge::new(Some("SignedOff"), "archive", Some("Archived"), SIGN_OFF, SOURCE),
    Edge::new(Some("SignedOff"), "reopen", Some("Reopened"), JUDGE, SOURCE),
    Edge::new(Some("Archived"), "reopen", Some("Reopened"), JUDGE, SOURCE),
];

const FIELDS: &[Field] = &[
    Field::happened_at(),
    Field::position(),
    Field::place(),
    Field::state(&Steps { states: STATES, verbs: VERBS, edges: EDGES, free: None }),
    Field::note(),
    Field::observed_at(),
    Field::radius_m(),
    Field::ranked(AT, "at", Shape::Ref(&["organisation", "site"])),
    Field::ranked(13, "title", Shape::Text(200)),
    Field::ranked(14, "description", Shape::Text(2_000)),
    Field::ranked(JUDGEMENT, "judgement", parts::JUDGEMENT_SHAPE),
    Field::ranked(16, "sector", Shape::Text(60)),
    Field::ranked(FIVE_FIXINGS, "five_fixings", parts::FIVE_FIXINGS_SHAPE),
    Field::ranked(PLAN, "plan", parts::PLAN_SHAPE),
    Field::ranked(19, "controls", Shape::Text(1_000)),
    Field::ranked(FIXED, "fixed", parts::FIXED_SHAPE),
    Field::ranked(REVIEW, "review", parts::REVIEW_SHAPE),
    Field::ranked(SECOND_REVIEW, "second_review", parts::REVIEW_SHAPE),
    Field::ranked(23, "opinion", Shape::Text(2_000)),
    Field::ranked(24, "reason", Shape::Text(1_000)),
    Field::ranked(25, "photos", Shape::List(&Shape::Blob, 20)),
    Field::ranked(26, "found_how", parts::FOUND_HOW_SHAPE),
    Field::ranked(27, "order_sort", Shape::Code(&[(1, "rectify"), (2, "halt")])),
    Field::ranked(28, "document", Shape::Blob),
    Field::ranked(29, "row", Shape::Ref(&[])),
    Field::ranked(30, "label", Shape::Text(40)),
    Field::ranked(31, "title_en", Shape::Text(200)),
];

impl Entity for Danger {
    const KIND: Kind = Kind { number: 46, name: "danger" };
    const OPS: &'static [OpType] =
        &[OpType::v1(736, Topic::Hazards, Lane::Routine, DataClass::Internal)];
    const STATES: &'static [(u8, &'static str)] = STATES;
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn writes(body: &BTreeMap<u64, Value>) -> Vec<(u8, Value)> {
        fold::writes(body)
    }

    fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command, cx)
    }
}
