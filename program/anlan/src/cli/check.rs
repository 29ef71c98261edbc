//! `anlan verify|rebuild`: is the record whole; are the states what the ops say.

use std::path::Path;

use clap::ArgMatches;
use ledger::StoreError;
use node::record::Record;
use serde_json::{Value as Json, json};
use store::Reader;

use super::{Failure, Printer, args, told};
use crate::check_record::{check, first_fault};
use crate::folder::{Folder, FolderError, choose};
use crate::open::{folder_failure, node_key_at, served, store_failure, work};

/// `anlan verify`.
pub fn verify(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let progress = &mut |read: u64| printer.say("checked", &[("ops", &read.to_string())]);
    let report = match served(&dir) {
        Some(opened) => {
            let record = &opened.desk.record;
            check(&dir, &record.author().public(), Some(record), progress)?
        }
        None => verify_alone(&dir, progress)?,
    };
    printer.answer(&report, told::verified);
    match report["good"].as_bool() {
        Some(true) => not_forked(&report),
        _ => Err(Failure::refused("bad-record").with("first", first_fault(&report))),
    }
}

/// Every op is good, yet one key wrote a log in two places: someone must act on that.
fn not_forked(report: &Json) -> Result<(), Failure> {
    let forked = report["forked"].as_array().map(Vec::as_slice).unwrap_or_default();
    let log = |f: &Json| f["log"].as_str().unwrap_or_default().to_owned();
    match forked.is_empty() {
        true => Ok(()),
        false => Err(Failure::refused("record-forked")
            .with("count", forked.len())
            .with("logs", forked.iter().map(log).collect::<Vec<_>>().join(", "))),
    }
}

/// A folder that nobody holds: nothing in it is changed, so it is not opened for work, and one on a
/// medium that cannot be written is read as it lies there.
fn verify_alone(dir: &Path, progress: &mut dyn FnMut(u64)) -> Result<Json, Failure> {
    let _held = match Folder::open(dir) {
        Err(FolderError::Unusable { .. }) => None,
        held => Some(held.map_err(folder_failure)?),
    };
    let key = node_key_at(dir)?;
    let unread = |e: StoreError| match e {
        e @ StoreError::Newer { .. } => store_failure(e),
        e => Failure::refused("bad-record").with("first", e),
    };
    let open = || Reader::open(dir).map_err(unread);
    let registry = ledger::fold::Registry(node::ENTITIES);
    let (store, reader) = (Box::new(open()?), Box::new(open()?));
    let record =
        Record::open(registry, store, reader, key.clone(), Box::new(crate::chance::SystemChance));
    let mut report = check(dir, &key.public(), record.as_ref().ok(), progress)?;
    if let Err(why) = record {
        report["good"] = json!(false);
        report["file"] = json!(why.to_string());
    }
    Ok(report)
}

/// `anlan rebuild`: drops all views and folds them again; the digest before and after.
pub fn rebuild(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let opened = work(&dir, printer)?;
    let began = std::time::Instant::now();
    let before = opened.desk.record.views().digest();
    let views = opened.desk.record.rebuild().map_err(crate::open::node_failure)?;
    let after = opened.desk.record.views().digest();
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let answer = json!({
        "views": views, "before": before, "after": after, "same": before == after,
        "elapsed_ms": elapsed_ms,
    });
    printer.answer(&answer, told::rebuilt);
    Ok(())
}
