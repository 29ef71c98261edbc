//! What `anlan verify` and `GET /verify` answer: reads only, names the first bad op.

use std::path::Path;

use ledger::PublicKey;
use ledger::verify::Bad;
use node::record::Record;
use serde_json::{Value as Json, json};
use store::sqlite::verify::verify;

use crate::account_file::{self, Held};
use crate::cli::Failure;
use crate::in_clear::InClear;
use crate::open::{foreign_datasets, node_failure, store_failure};

/// Checks every signature, chain, head, checkpoint and the sentinel of a folder. Without a record
/// (one that does not open) nothing is said of its states.
///
/// # Errors
/// A failure where the store does not open at all.
pub fn check(
    dir: &Path,
    node: &PublicKey,
    record: Option<&Record>,
    progress: &mut dyn FnMut(u64),
) -> Result<Json, Failure> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let began = std::time::Instant::now();
    let report = verify(dir, node, threads, progress).map_err(store_failure)?;
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let foreign = record.map(|r| foreign_datasets(dir, r)).transpose()?.unwrap_or_default();
    let forked = record.map(Record::forked).transpose().map_err(node_failure)?;
    let forked = forked.unwrap_or_default().into_iter();
    let forked = forked.map(|(log, seq)| json!({"log": log.id(), "from_seq": seq}));
    let bad = |b: &Bad| json!({"log": b.log, "seq": b.seq, "id": b.id, "why": b.fault.code()});
    let covered = report
        .record
        .covered
        .iter()
        .map(|c| json!({"author": c.author, "log": c.log, "seq": c.seq, "logs": c.logs}));
    Ok(json!({
        "good": report.is_good() && foreign.is_empty(),
        "in_clear": in_clear(dir, record)?,
        "ops": report.record.ops, "logs": report.record.logs,
        "first_bad": report.record.bad.first().map(bad), "bad": report.record.bad_count,
        "invalid": report.record.invalid, "forked": forked.collect::<Vec<_>>(),
        "sentinel": report.sentinel,
        "found": report.found, "datasets": foreign, "file": report.file,
        "covered": covered.collect::<Vec<_>>(), "dropped": report.record.dropped,
        "checkpoint": report.record.covered.first().map(|c| json!({"log": c.log, "seq": c.seq})),
        "heads": report.record.heads, "views": record.map(|r| r.views().digest()),
        "disputes": record.map(|r| r.views().all().map(|v| v.disputes()).sum::<usize>()),
        "elapsed_ms": elapsed_ms,
    }))
}

/// What personal an earlier version left in the clear.
fn in_clear(dir: &Path, record: Option<&Record>) -> Result<InClear, Failure> {
    let Some(record) = record else { return Ok(InClear::default()) };
    let file = std::fs::read(dir.join(account_file::FILE)).ok();
    let held = file.map(|bytes| account_file::read(&bytes, record.author()));
    let names = matches!(held, Some(Ok(Held { in_clear: true, .. })));
    let states = record.states_in_clear().map_err(node_failure)?;
    Ok(InClear { names, states })
}

/// One line for people about what is wrong first.
pub fn first_fault(report: &Json) -> String {
    faults(report).into_iter().next().unwrap_or_default()
}

/// What is wrong, one line each: the first bad op, then what else does not hold.
pub fn faults(report: &Json) -> Vec<String> {
    let mut all = Vec::new();
    let bad = &report["first_bad"];
    if !bad.is_null() {
        let text = |name: &str| bad[name].as_str().unwrap_or("?").to_owned();
        all.push(format!("{} {}: {}", text("log"), bad["seq"], text("why")));
    }
    for part in ["file", "dropped", "sentinel", "found", "datasets"] {
        match &report[part] {
            Json::Array(list) => all.extend(list.iter().map(plain)),
            Json::String(text) => all.push(text.clone()),
            _ => {}
        }
    }
    all
}

/// A fault's parts in one line.
fn plain(fault: &Json) -> String {
    match fault {
        Json::String(text) => text.clone(),
        Json::Object(parts) => {
            parts.iter().map(|(k, v)| format!("{k} {}", plain(v))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
