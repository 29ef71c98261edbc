//! `anlan impact|level|relief plan`: the steps of the main job, without a screen.

use clap::ArgMatches;
use serde_json::{Value as Json, json};

use super::{Failure, Printer, args, told};
use crate::folder::choose;
use crate::open::{Opened, node_failure, work};

fn opened(matches: &ArgMatches, printer: &Printer) -> Result<(Opened, String), Failure> {
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let named = event_of(matches);
    // Nobody is to take the figures of one event for another's.
    let event = opened.desk.event(&named).map_err(node_failure)?;
    let title = printer.pick(&event.title());
    let reference = event.reference.to_string();
    printer.tell("of-event", &[("title", &title), ("ref", &reference)]);
    let others = opened.desk.open_events().saturating_sub(1);
    if others > 0 && args::text(matches, "event").is_none() {
        printer.tell("other-events", &[("count", &others.to_string())]);
    }
    Ok((opened, event.reference.id.to_string()))
}

/// The event that was named; `open` where none was.
pub fn event_of(matches: &ArgMatches) -> String {
    let event = args::text(matches, "event").unwrap_or_else(|| "open".to_owned());
    event.trim_start_matches("event:").to_owned()
}

/// Whoever reads without deciding: the folder's owner.
pub fn reader(opened: &Opened) -> ledger::Actor {
    ledger::Actor {
        account: String::new(),
        person: None,
        organisation: None,
        place: opened.desk.info().place,
        rank: 0,
        roles: Vec::new(),
        acts: Vec::new(),
    }
}

/// `anlan level`.
pub fn level(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (opened, event) = opened(matches, printer)?;
    let answer: Json =
        opened.desk.level(&reader(&opened), &event, opened.clock.now()).map_err(node_failure)?;
    if answer["proposal"].is_null() {
        printer.tell("no-plan", &[]);
    }
    printer.answer(&answer, told::level);
    Ok(())
}

/// `anlan impact`.
pub fn impact(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (opened, event) = opened(matches, printer)?;
    let now = opened.clock.now();
    let answer = opened.desk.impact(&reader(&opened), &event, now).map_err(node_failure)?;
    printer.answer(&answer, told::impact);
    Ok(())
}

/// `anlan relief plan`: drafts and checks, writes nothing; a plan that does not pass is a refusal.
pub fn relief_plan(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let (opened, event) = opened(matches, printer)?;
    let answer = opened.desk.show_relief_draft(&event, opened.clock.now()).map_err(node_failure)?;
    printer.answer(&answer, told::relief_plan);
    accepted(&answer["checked"])
}

/// A plan that the checker refused is named with its codes.
pub fn accepted(checked: &Json) -> Result<(), Failure> {
    if checked["accepted"] == json!(true) {
        return Ok(());
    }
    let found = checked["violations"].as_array().cloned().unwrap_or_default();
    let codes: Vec<String> =
        found.iter().map(|v| v["code"].as_str().unwrap_or("?").to_owned()).collect();
    Err(Failure::refused("plan").with("codes", codes.join(" ")))
}
