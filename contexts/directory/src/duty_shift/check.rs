//! What a duty shift asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, Shape, View};
use serde_json::Value as Json;

use super::PERSON;

/// Refuses a turn that ends before it begins, and handing over to oneself.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let at = |name: &str, number: u8| match command.args.get(name) {
        Some(json) => Shape::Instant.read(name, json).ok().and_then(|v| v.as_int()),
        None => view.int(number),
    };
    if let (Some(from), Some(to)) = (at("begins_at", 14), at("ends_at", 15))
        && to <= from
    {
        return Err(Refusal::new("shift-ends-before-it-begins", "domain, §1, 29"));
    }
    let to = command.args.get("handed_to").and_then(Json::as_str);
    if to.is_some() && to == view.text(PERSON) {
        return Err(Refusal::new("handed-over-to-oneself", "domain, §1, 29"));
    }
    Ok(())
}
