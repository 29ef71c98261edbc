//! What a road report asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, Shape, View};
use serde_json::Value as Json;

use super::STATUS;

const SOURCE: &str = "relief, §1";

/// Refuses a report from nowhere, one that is void before it begins, and confirming one's own.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    match command.verb.as_str() {
        "report" => {
            let has = |name: &str| command.args.get(name).is_some_and(|v| !v.is_null());
            if !["road", "position", "line"].into_iter().any(has) {
                return Err(Refusal::new("road-report-nowhere", SOURCE));
            }
            let whole = Json::Object(command.args.clone());
            ends_after(&whole, "observed_at", "valid_until")
        }
        "confirm" => {
            let wrote = view.fields.get(&STATUS).map(|f| f.winners.as_slice()).unwrap_or_default();
            let own = wrote.iter().filter_map(|op| (cx.author)(op)).any(|a| a == cx.actor.account);
            if own {
                return Err(Refusal::new("road-report-confirms-own", SOURCE));
            }
            let part = command.args.get("confirmed").unwrap_or(&Json::Null);
            let has = |name: &str| part.get(name).is_some_and(|v| !v.is_null());
            if !(has("status") && has("seen_how") && has("observed_at")) {
                return Err(Refusal::new("road-report-part-missing", SOURCE));
            }
            ends_after(part, "observed_at", "valid_until")
        }
        "traversal" => part_is_whole(command, "passed", &["profile", "to_at"]),
        "repair" => part_is_whole(command, "repair", &["phase"]),
        "order" => {
            part_is_whole(command, "order", &["restriction", "from"])?;
            ends_after(command.args.get("order").unwrap_or(&Json::Null), "from", "until")
        }
        _ => Ok(()),
    }
}

fn part_is_whole(command: &Command, field: &str, parts: &[&str]) -> Result<(), Refusal> {
    let brought = command.args.get(field).unwrap_or(&Json::Null);
    if parts.iter().all(|p| brought.get(p).is_some_and(|v| !v.is_null())) {
        return Ok(());
    }
    Err(Refusal::new("road-report-part-missing", SOURCE))
}

fn ends_after(parts: &Json, from: &str, until: &str) -> Result<(), Refusal> {
    let at = |name: &str| Shape::Instant.read(name, parts.get(name)?).ok()?.as_int();
    match (at(from), at(until)) {
        (Some(from), Some(until)) if until <= from => {
            Err(Refusal::new("road-report-void-before-it-begins", SOURCE))
        }
        _ => Ok(()),
    }
}
