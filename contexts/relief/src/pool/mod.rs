//! A pool: how many of a thing there are, and to whom they are promised, so that none is promised
//! twice.
//!
//! A lot, a team or a piece of equipment is its own pool, under the same id. Here are the ops of
//! one owner and one log: opening, goods in, spend (a promise), back, and out (gone). Moves of
//! rights between logs, seals and carrying over come with sync. Each op names its opening, the
//! epoch.

mod balance;
mod check;
#[cfg(test)]
mod tests;

use kernel::Kind;
use ledger::rule::Series;
use ledger::{
    Command, Ctx, DataClass, Edge, Entity, Field, Lane, OpType, Refusal, Shape, Topic, Verb, View,
};

pub use balance::{Balance, Spend, balance};

use crate::PACKS;

/// Stock or a thing that can be promised. Source: sync, §10; house, decision 11.
pub struct Pool;

/// Body key of the opening that starts an epoch.
pub const OPENING: u8 = 12;
/// Body key of goods that came in.
pub const INTAKE: u8 = 13;
/// Body key of promises.
pub const SPEND: u8 = 14;
/// Body key of promises taken back.
pub const BACK: u8 = 15;
/// Body key of what was handed out.
pub const OUT: u8 = 16;

const VERBS: &[Verb] = &[
    Verb::new(1, "open", 0, &["opening"], &["observed_at", "place", "note"]),
    Verb::new(2, "take_in", 1, &["intake"], &["observed_at", "note"]),
    Verb::new(3, "spend", 2, &["spend"], &["note"]),
    Verb::new(4, "take_back", 3, &["back"], &["note"]),
    Verb::new(5, "hand_out", 4, &["out"], &["observed_at", "note"]),
];

const OWN: &str = "pool.own";
const PROMISE: &str = "pool.promise";
const HAND_OUT: &str = "pool.hand_out";

const EDGES: &[Edge] = &[
    Edge::new(None, "open", None, OWN, "sync, §10, code 20"),
    Edge::new(None, "take_in", None, OWN, "sync, §10, code 21"),
    Edge::new(None, "spend", None, PROMISE, "sync, §10, code 23"),
    Edge::new(None, "take_back", None, PROMISE, "sync, §10, code 24"),
    Edge::new(None, "hand_out", None, HAND_OUT, "sync, §10, code 26"),
];

const OPENING_SHAPE: Shape = Shape::Record(&[
    (1, "sort", Shape::Code(&[(1, "goods"), (2, "thing")])),
    (2, "base", PACKS),
    (3, "after", Shape::Hash),
    (
        4,
        "carry",
        Shape::List(&Shape::Record(&[(1, "spend", Shape::Hash), (2, "packs", PACKS)]), 2_000),
    ),
]);

const INTAKE_SHAPE: Shape = Shape::Record(&[
    (1, "epoch", Shape::Hash),
    (2, "packs", PACKS),
    (3, "origin", Shape::Ref(&["lot", "delivery_order", "organisation"])),
]);

const SPEND_SHAPE: Shape = Shape::Record(&[
    (1, "epoch", Shape::Hash),
    (2, "packs", PACKS),
    (3, "task", Shape::Ref(&["delivery_order", "task"])),
]);

const BACK_SHAPE: Shape =
    Shape::Record(&[(1, "epoch", Shape::Hash), (2, "packs", PACKS), (3, "spend", Shape::Hash)]);

const OUT_SHAPE: Shape = Shape::Record(&[
    (1, "epoch", Shape::Hash),
    (2, "packs", PACKS),
    (3, "spend", Shape::Hash),
    (4, "spend_packs", PACKS),
]);

const FIELDS: &[Field] = &[
    Field::place(),
    Field::note(),
    Field::new(10, "observed_at", Shape::Instant, &Series),
    Field::ranked(OPENING, "opening", OPENING_SHAPE),
    Field::new(INTAKE, "intake", INTAKE_SHAPE, &Series),
    Field::new(SPEND, "spend", SPEND_SHAPE, &Series),
    Field::new(BACK, "back", BACK_SHAPE, &Series),
    Field::new(OUT, "out", OUT_SHAPE, &Series),
];

const fn stock(code: u32) -> OpType {
    OpType::v1(code, Topic::Stock, Lane::Relief, DataClass::Internal)
}

impl Entity for Pool {
    const KIND: Kind = Kind { number: 20, name: "pool" };
    const OPS: &'static [OpType] = &[stock(20), stock(21), stock(23), stock(24), stock(26)];
    const STATES: &'static [(u8, &'static str)] = &[];
    const VERBS: &'static [Verb] = VERBS;
    const EDGES: &'static [Edge] = EDGES;
    const FIELDS: &'static [Field] = FIELDS;
    const LABELS: &'static str = include_str!("labels.toml");
    const SAMPLES: &'static str = include_str!("samples.json");

    fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
        check::check(view, command, cx)
    }
}
