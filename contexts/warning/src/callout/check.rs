//! What a callout asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::CALLEE;

const SOURCE: &str = "domain, §5.4";

/// Refuses what would let a call count that nobody in charge has answered.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str).unwrap_or_default();
    match command.verb.as_str() {
        "queue" if text("alert").is_empty() && text("event").is_empty() => {
            Err(Refusal::new("callout-about-nothing", SOURCE))
        }
        "acknowledge" if !matches!(text("answered_as"), "holder" | "deputy") => {
            Err(Refusal::new("callout-not-duty-holder", SOURCE))
        }
        "acknowledge" if text("repeated").trim().is_empty() => {
            Err(Refusal::new("callout-repeat-missing", SOURCE))
        }
        "acknowledge" | "report_action" if by_voice(command) && text("heard_by").is_empty() => {
            Err(Refusal::new("callout-heard-by-missing", "house, decision 10"))
        }
        "escalate" if view.text(CALLEE) == Some(text("escalated_to")) => {
            Err(Refusal::new("callout-escalated-to-same", "domain, §5.4, CO-6"))
        }
        _ => Ok(()),
    }
}

fn by_voice(command: &Command) -> bool {
    command.args.get("entered_by_voice").and_then(Json::as_bool) == Some(true)
}
