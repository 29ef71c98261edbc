//! `anlan impact|level|relief plan`: the steps of the main job, without a screen.

use clap::ArgMatches;
use serde_json::Value as Json;

use super::{Failure, Printer, args};
use crate::folder::choose;
use crate::open::{Opened, node, node_failure};

fn opened(matches: &ArgMatches) -> Result<(Opened, String), Failure> {
    let opened = node(&choose(args::path(matches, "dir")))?;
    let event = args::text(matches, "event").unwrap_or_else(|| "open".to_owned());
    Ok((opened, event.trim_start_matches("event:").to_owned()))
}

/// Whoever reads without deciding: the folder's owner.
fn reader(opened: &Opened) -> ledger::Actor {
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
    let (opened, event) = opened(matches)?;
    let answer: Json =
        opened.desk.level(&reader(&opened), &event, opened.clock.now()).map_err(node_failure)?;
    printer.answer(&answer);
    Ok(())
}
