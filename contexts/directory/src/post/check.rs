//! What a post asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::DEPUTY_OF;

/// Refuses deputies in a circle: somebody must be left to call.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    if text("title").is_some_and(|t| t.trim().is_empty()) {
        return Err(Refusal::new("name-missing", "house, decision 1"));
    }
    let Some(mut above) = text("deputy_of").and_then(|r| r.parse().ok()) else {
        return Ok(());
    };
    let own = view.reference();
    // A chain of deputies is short; one that does not end within this is a circle of others.
    for _ in 0..16 {
        if above == own && view.exists() {
            return Err(Refusal::new("deputies-in-a-circle", "domain, §5.4, CO-6"));
        }
        let Some(next) = cx.lookup.view(&above).reference_in(DEPUTY_OF) else {
            return Ok(());
        };
        above = next;
    }
    Err(Refusal::new("deputies-in-a-circle", "domain, §5.4, CO-6"))
}
