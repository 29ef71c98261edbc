//! `anlan show`: one thing as it stands with what was set aside, or all of a kind, without a
//! screen.

use std::sync::Arc;

use clap::ArgMatches;
use kernel::Ref;
use ledger::View;
use serde_json::{Value as Json, json};

use super::{Failure, Printer, args, told};
use crate::folder::choose;
use crate::open::{Opened, node_failure, work};

/// `anlan show --dir D KIND|KIND:ID`.
pub fn show(matches: &ArgMatches, printer: &Printer) -> Result<(), Failure> {
    let what = args::text(matches, "what").unwrap_or_default();
    let opened = work(&choose(args::path(matches, "dir")), printer)?;
    let answer = match what.parse::<Ref>() {
        Ok(one) => {
            let found = opened.desk.view(&one.kind, &one.id.to_string());
            let (entry, view) = found.map_err(node_failure)?;
            opened.desk.shown(entry, &view, None)
        }
        Err(_) => all(&opened, &what)?,
    };
    let kind = what.split(':').next().unwrap_or_default();
    let word = |field: &str| {
        opened.desk.label(kind, &format!("field.{field}")).map(|text| printer.pick(&text))
    };
    printer.answer(&answer, |lines, answer| told::shown(lines, answer, word));
    Ok(())
}

/// All of a kind by id, with the open disputes of each.
fn all(opened: &Opened, kind: &str) -> Result<Json, Failure> {
    let entry = opened.desk.entry(kind).map_err(node_failure)?;
    let views = opened.desk.record.views();
    let line = |v: &Arc<View>| {
        let (state, disputes) = (entry.state_of(v), v.disputes());
        json!({"ref": v.reference(), "state": state, "disputes": disputes})
    };
    let items: Vec<Json> = views.of_kind(kind).map(line).collect();
    Ok(json!({"total": items.len(), "items": items}))
}
