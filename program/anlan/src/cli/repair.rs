//! `anlan repair`: mends what can be mended in a folder and names each step; deletes nothing.
//!
//! First the store and its sentinel, then files that are not what their names say, then the states,
//! and at the end the folder is verified: exit code 0 only if nothing is wrong any more.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Value as Json, json};
use store::SqliteStore;
use store::sqlite::repair::Repaired;

use super::{Failure, Printer, args, told};
use crate::account_file;
use crate::chance::SystemChance;
use crate::check_record::{check, first_fault};
use crate::folder::{Folder, choose};
use crate::in_clear::sealed_states;
use crate::open::{
    GONE, Opened, dataset_paths, folder_failure, gone_datasets, node_failure, node_key,
    store_failure, store_options, with,
};
use crate::quarantine::{self, Moved};

/// The ending of a dataset version that is not in force yet.
const NEXT: &str = "next";

/// What was done, for people and for programs.
struct Steps<'a> {
    printer: &'a Printer,
    done: Vec<Json>,
}

impl Steps<'_> {
    fn did(&mut self, what: &str, mut details: Json) {
        let text = |v: &Json| match v {
            Json::String(text) => text.clone(),
            Json::Null => "?".to_owned(),
            other => other.to_string(),
        };
        let pairs: Vec<(String, String)> = details
            .as_object()
            .map(|o| o.iter().map(|(k, v)| (k.clone(), text(v))).collect())
            .unwrap_or_default();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(k, v)| (&**k, &**v)).collect();
        self.printer.tell(&format!("mended-{what}"), &pairs);
        details["what"] = json!(what);
        self.done.push(details);
    }

    fn moved(&mut self, what: &str, moved: Vec<Moved>) {
        for Moved { file, to } in moved {
            self.did(what, json!({"file": file, "to": to}));
        }
    }
}

/// `anlan repair --dir D [--restored]`.
pub fn repair(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let dir = choose(args::path(matches, "dir"));
    let folder = Folder::open(&dir).map_err(folder_failure)?;
    let mut steps = Steps { printer, done: Vec::new() };
    mend_store(&folder, args::flag(matches, "restored"), &mut steps)?;
    mend_files(&folder, &mut steps)?;
    let opened = with(folder, Box::new(SystemChance))?;
    mend_datasets(&opened, &mut steps)?;
    let stale = opened.desk.record.stale_states().map_err(node_failure)?;
    if opened.in_clear.names {
        seal_names(&opened)?;
        steps.did("names", json!({"file": account_file::FILE}));
    }
    if stale > 0 {
        opened.desk.record.rebuild().map_err(node_failure)?;
        steps.did("states", json!({"count": stale}));
    }
    opened.desk.record.append_meta(sealed_states()).map_err(node_failure)?;
    opened.desk.record.tidy().map_err(node_failure)?;
    if steps.done.is_empty() {
        printer.tell("nothing-to-mend", &[]);
    }
    let key = opened.desk.record.author().public();
    let report = check(&dir, &key, Some(&opened.desk.record), &mut |_| {})?;
    let answer = json!({"steps": steps.done, "good": report["good"], "verify": report});
    printer.answer(&answer, told::repaired);
    match report["good"].as_bool() {
        Some(true) => {
            let (ops, logs) = (report["ops"].to_string(), report["logs"].to_string());
            printer.tell("mended-good", &[("ops", &ops), ("logs", &logs)]);
            Ok(())
        }
        _ => Err(Failure::refused("not-mended").with("first", first_fault(&report))),
    }
}

/// Writes the file of accounts as this version does: who holds them stands sealed.
fn seal_names(opened: &Opened) -> Result<(), Failure> {
    let people = opened.desk.people();
    crate::account::keep_all(&opened.folder, &opened.desk, people.accounts.values())
        .map_err(node_failure)
}

/// The store and its sentinel, as every start mends them, and what a start cannot.
fn mend_store(folder: &Folder, restored: bool, steps: &mut Steps<'_>) -> Result<(), Failure> {
    let options = store_options(node_key(folder)?.public());
    let done = store::sqlite::repair::repair(folder.dir(), &options).map_err(store_failure)?;
    let Repaired { reindexed, aside, kept, cut, found, start } = done;
    for what in found {
        steps.did("known", json!({"found": what}));
    }
    if reindexed {
        steps.did("indexes", json!({}));
    }
    let mut findings = start.findings;
    if restored {
        let report = SqliteStore::mark_restored(folder.dir(), &options).map_err(store_failure)?;
        findings.extend(report.findings);
    }
    for finding in findings {
        let mut details = serde_json::to_value(&finding).unwrap_or_default();
        let what = details["what"].as_str().unwrap_or_default().to_owned();
        if what == "lost" && details["log"].is_null() {
            details["log"] = details["log8"].clone();
        }
        steps.did(&what, details);
    }
    if let Some(to) = aside {
        steps.did("aside", json!({"to": to, "kept": kept}));
    }
    for (log, from, to) in cut {
        steps.did("cut", json!({"log": log, "from": from, "to": to}));
    }
    Ok(())
}

/// Files that were never finished, and files that do not hold what they should.
fn mend_files(folder: &Folder, steps: &mut Steps<'_>) -> Result<(), Failure> {
    let failed = |e| unusable(folder.dir(), e);
    steps.moved("unfinished", quarantine::unfinished(folder).map_err(failed)?);
    steps.moved("blob", quarantine::blobs(folder).map_err(failed)?);
    for file in dataset_paths(folder)? {
        let bytes = std::fs::read(&file).map_err(|e| unusable(&file, e))?;
        if datasets::Reader::open(bytes).is_err() {
            let moved = quarantine::set_aside(folder, &file).map_err(failed)?;
            steps.moved("dataset", vec![moved]);
        }
    }
    Ok(())
}

/// Dataset files of layers that the record names, which are none of the versions it names; and
/// versions that it names, whose file was not put in force any more.
fn mend_datasets(opened: &Opened, steps: &mut Steps<'_>) -> Result<(), Failure> {
    let folder: &Arc<Folder> = &opened.folder;
    let failed = |e| unusable(folder.dir(), e);
    let named = opened.desk.dataset_hashes();
    let none = BTreeSet::new();
    for file in dataset_paths(folder)? {
        let layer = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        let versions = named.get(layer).unwrap_or(&none);
        let is_named = |path: &Path| {
            std::fs::read(path).is_ok_and(|bytes| versions.contains(&kernel::hash(&bytes)))
        };
        if versions.is_empty() || is_named(&file) {
            continue;
        }
        steps.moved("dataset", vec![quarantine::set_aside(folder, &file).map_err(failed)?]);
        let next = file.with_extension(NEXT);
        if is_named(&next) {
            std::fs::rename(&next, &file).map_err(failed)?;
            steps.moved("finished", vec![Moved { file: next, to: file }]);
        }
    }
    steps.moved("unfinished", quarantine::ending_in(folder, "datasets", NEXT).map_err(failed)?);
    know_gone(opened, steps)
}

/// Marks dataset files that are gone as known; one that was set aside just now is named already.
fn know_gone(opened: &Opened, steps: &mut Steps<'_>) -> Result<(), Failure> {
    let place = opened.desk.info().place;
    for file in gone_datasets(opened.folder.dir(), &opened.desk.record, place) {
        let mark = file.with_extension(GONE);
        if mark.exists() {
            continue;
        }
        std::fs::write(&mark, b"").map_err(|e| unusable(&mark, e))?;
        let name = json!(file);
        if !steps.done.iter().any(|step| step["what"] == "dataset" && step["file"] == name) {
            steps.did("gone", json!({"file": file}));
        }
    }
    Ok(())
}

fn unusable(path: &Path, why: std::io::Error) -> Failure {
    Failure::fault("folder").with("dir", path.display()).with("why", why)
}
