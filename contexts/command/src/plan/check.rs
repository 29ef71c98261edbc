//! What a plan asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses a plan in force without a table by hash, and one that replaces itself.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    if command.verb == "put_in_force" {
        let tables = command.args.get("tables").and_then(Json::as_array);
        let whole =
            |t: &Json| t.get("hash").is_some_and(Json::is_string) && t.get("name").is_some();
        if !tables.is_some_and(|t| !t.is_empty() && t.iter().all(whole)) {
            return Err(Refusal::new("plan-without-tables", "house, decision 23"));
        }
    }
    let by = command.args.get("replaced_by").and_then(Json::as_str);
    if view.exists() && by == Some(view.reference().to_string().as_str()) {
        return Err(Refusal::new("plan-replaces-itself", "house, decision 8"));
    }
    Ok(())
}
