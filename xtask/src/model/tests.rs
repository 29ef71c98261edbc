//! The reference corpus replayed: as it is, disturbed, and op by op.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::check::{deliver, disturbed, shuffled};
use super::history::History;
use super::result::evaluate;

/// Rows of the reference corpus; none, with a line that says so, where it is not here.
pub fn corpus() -> Vec<Json> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let shared = std::env::var_os("ANLAN_SHARED").map_or(root.join("shared"), PathBuf::from);
    let path = shared.join("bench/model/corpus/folds.jsonl");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.lines().map(|l| serde_json::from_str(l).unwrap()).collect(),
        Err(_) => {
            println!("skipped: {} is not here", path.display());
            Vec::new()
        }
    }
}

#[test]
fn the_reference_corpus_gives_the_same_bytes() {
    for row in corpus() {
        let got = evaluate(&History::from_json(&row["history"]).unwrap());
        assert_eq!(got.to_string(), row["result"].to_string(), "{}", row["name"]);
    }
}

#[test]
fn order_and_copies_of_ops_cannot_show() {
    for row in corpus() {
        for seed in 0..4 {
            let history = disturbed(&row["history"], seed);
            let got = evaluate(&History::from_json(&history).unwrap());
            assert_eq!(got.to_string(), row["result"].to_string(), "{} {seed}", row["name"]);
        }
    }
}

#[test]
fn op_by_op_equals_all_at_once() {
    for seed in 0..3 {
        let (mut onto, mut refolds) = (0, 0);
        for row in corpus() {
            let history = History::from_json(&row["history"]).unwrap();
            let order: Vec<usize> = (0..history.ops.len()).collect();
            let order = if seed == 0 { order } else { shuffled(&order, seed) };
            let done = deliver(&history, &order);
            let done = done.unwrap_or_else(|e| panic!("{} {seed}: {e}", row["name"]));
            (onto, refolds) = (onto + done.0, refolds + done.1);
        }
        println!("order {seed}: {onto} ops folded onto what was there, {refolds} refolds");
        assert!(seed > 0 || onto >= 10 * refolds, "in order, a refold is rare");
    }
}
