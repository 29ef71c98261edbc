//! `anlan import …`: outside files into the record.

use clap::ArgMatches;

use super::{Failure, Printer, args, files, refusal, told};
use crate::folder::choose;
use crate::open::work;

/// Most bytes of an alert file.
pub const CAP_BYTES_MAX: u64 = 16 << 20;

/// `anlan import cap FILE [--event] --as ACCOUNT`.
pub fn cap(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let file = args::text(matches, "file").unwrap_or_default();
    let bytes = files::read(&file, CAP_BYTES_MAX)?;
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let account = args::text(matches, "as").unwrap_or_else(|| "county.duty".to_owned());
    let actor = opened.desk.actor(&account);
    let actor = actor.ok_or_else(|| Failure::refused("account").with("account", &account))?;
    let event = args::text(matches, "event").is_some();
    let now = opened.clock.now();
    let done = opened.desk.import_cap(&actor, &bytes, event, "", now).map_err(|e| match e {
        node::Error::BadFile { what, at, why } => Failure::refused("bad-file")
            .with("file", &file)
            .with("what", what)
            .with("where", at)
            .with("why", why),
        other => refusal(&opened.desk, printer, other),
    })?;
    printer.answer(&done, told::alerts);
    for event in done["outside"].as_array().into_iter().flatten() {
        printer.tell("outside", &[("event", event.as_str().unwrap_or_default())]);
    }
    let bad = done["bad"].as_array().cloned().unwrap_or_default();
    if !bad.is_empty() {
        let each = |b: &serde_json::Value| {
            format!("{}: {}", b["number"], b["why"].as_str().unwrap_or_default())
        };
        let taken = done["alerts"].as_array().map_or(0, Vec::len);
        return Err(Failure::refused("alerts-bad")
            .with("file", &file)
            .with("count", bad.len())
            .with("taken", taken)
            .with("which", bad.iter().map(each).collect::<Vec<_>>().join("; ")));
    }
    let refused = done["event_refused"].as_array().and_then(|r| r.first()).cloned();
    match refused {
        Some(why) => Err(Failure::refused("kept-no-event").with("why", &why["why"])),
        None => Ok(()),
    }
}
