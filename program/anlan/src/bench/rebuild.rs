//! Folding every state again from the ops of county 7.

use serde_json::{Value as Json, json};

use super::{County, median, round, timed};
use crate::cli::{Failure, Printer};
use crate::open::{node, node_failure};

const RUNS: usize = 3;

/// Measures.
pub fn measure(printer: &Printer) -> Result<Json, Failure> {
    let folder = County::make("county", printer)?;
    let opened = node(&folder.dir())?;
    let record = &opened.desk.record;
    let ops = record.read(|store| store.op_count()).map_err(node_failure)?;
    let before = record.views().digest();
    let (views, took) = timed(RUNS, || record.rebuild());
    let views = views.transpose().map_err(node_failure)?;
    let ms = median(&took).unwrap_or_default();
    Ok(json!({
        "ops": ops, "views": views, "ms": round(ms),
        "ms_all": took.iter().map(|t| round(*t)).collect::<Vec<_>>(),
        "ops_per_second": round(ops as f64 / (ms / 1e3)),
        "same": record.views().digest() == before,
    }))
}
