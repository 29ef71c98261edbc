//! `anlan verify|rebuild`: is the record whole; are the states what the ops say.

use clap::ArgMatches;
use serde_json::json;

use super::{Failure, Printer, args};
use crate::check_record::{check, first_fault};
use crate::folder::choose;
use crate::open::node;

/// `anlan verify`.
pub fn verify(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let opened = node(&dir)?;
    let key = opened.desk.record.author().public();
    let report = check(&dir, &key, &opened.desk, &mut |read| {
        printer.say("checked", &[("ops", &read.to_string())]);
    })?;
    printer.answer(&report);
    match report["good"].as_bool() {
        Some(true) => Ok(()),
        _ => Err(Failure::refused("bad-record").with("first", first_fault(&report))),
    }
}

/// `anlan rebuild`: drops all views and folds them again; the digest before and after.
pub fn rebuild(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let opened = node(&dir)?;
    let began = std::time::Instant::now();
    let before = opened.desk.record.views().digest();
    let views = opened.desk.record.rebuild().map_err(crate::open::node_failure)?;
    let after = opened.desk.record.views().digest();
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    printer.answer(&json!({
        "views": views, "before": before, "after": after, "same": before == after,
        "elapsed_ms": elapsed_ms,
    }));
    Ok(())
}
