//! What a decision entry asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses an empty entry, a ratification of nothing, and an entry that corrects itself.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    if text("text").is_some_and(|t| t.trim().is_empty()) {
        return Err(Refusal::new("decision-says-nothing", "domain, §4.6"));
    }
    if text("sort") == Some("ratification") && text("ratifies").is_none() {
        return Err(Refusal::new("ratification-of-nothing", "domain, §4.6"));
    }
    if view.exists() && text("corrected_by") == Some(view.reference().to_string().as_str()) {
        return Err(Refusal::new("decision-corrects-itself", "domain, §15, 23"));
    }
    Ok(())
}
