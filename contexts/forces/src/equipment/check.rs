//! What equipment asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::parts;

/// Refuses a vehicle by road of which nobody knows what it carries, and an unclear readiness.
pub fn check(_view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    parts::readiness_is_whole(command)?;
    let profile = command.args.get("profile").and_then(Json::as_str);
    if command.verb == "register" && profile.is_some_and(|p| p != "foot") {
        let limits = command.args.get("limits").unwrap_or(&Json::Null);
        if limits.get("load_kg").is_none_or(Json::is_null) {
            return Err(Refusal::new("vehicle-without-load", "domain, §2.6"));
        }
    }
    Ok(())
}
