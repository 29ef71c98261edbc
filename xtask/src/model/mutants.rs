//! Faults put into the ledger on purpose: the corpus must see each of them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ledger::fault::{Fault, with};
use serde_json::Value as Json;

use super::check::disturbed;
use super::history::History;
use super::result::evaluate;
use super::tests::corpus;

/// The first row that gives other bytes, or none in one of its disturbed orders.
fn seen_by(corpus: &[Json], fault: Fault) -> Option<String> {
    let differs = |row: &&Json| {
        let same = |history: &Json| {
            let got = evaluate(&History::from_json(history).unwrap());
            got == row["result"]
        };
        let all = || same(&row["history"]) && same(&disturbed(&row["history"], 7));
        let whole = catch_unwind(AssertUnwindSafe(|| with(fault, all)));
        !whole.unwrap_or(false)
    };
    corpus.iter().find(differs).map(|row| row["name"].to_string())
}

#[test]
fn every_fault_is_seen() {
    let corpus = corpus();
    if corpus.is_empty() {
        return;
    }
    let mut alive = Vec::new();
    for fault in Fault::ALL {
        match seen_by(&corpus, fault) {
            Some(row) => println!("{fault:?} seen by {row}"),
            None => alive.push(fault),
        }
    }
    assert!(alive.is_empty(), "not seen: {alive:?}");
}
