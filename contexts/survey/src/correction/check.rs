//! What a correction asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses a corrected value without its column, and a moved thing without a place to go.
pub fn check(_view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    if command.verb != "propose" {
        return Ok(());
    }
    let has = |name: &str| command.args.get(name).is_some_and(|v| !v.is_null());
    let whole = match command.args.get("sort").and_then(Json::as_str) {
        Some("value") => has("column") && has("corrected"),
        Some("moved" | "new") => has("position"),
        _ => true,
    };
    if whole { Ok(()) } else { Err(Refusal::new("correction-incomplete", "house, decision 4")) }
}
