//! What an event asks of a command beyond shapes and steps.

use ledger::entity::VERB;
use ledger::{Command, Ctx, Entity, Refusal, View};
use serde_json::Value as Json;

use crate::{Response, response};

/// Refuses a footprint without origin or outline, and closing while a response is active.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    if let Some(footprint) = command.args.get("footprint").filter(|f| !f.is_null()) {
        let has = |part: &str| footprint.get(part).is_some_and(|p| !p.is_null());
        if !has("origin") || !(has("area") || has("outline") || has("places")) {
            return Err(Refusal::new("footprint-incomplete", "house, decision 16"));
        }
    }
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    if text("title").is_some_and(|t| t.trim().is_empty()) {
        return Err(Refusal::new("title-missing", "house, decision 8"));
    }
    if command.verb == "close" {
        let own = view.reference().to_string();
        let running = cx.lookup.find(Response::KIND.name, "event", &own).into_iter().find(|r| {
            let seen = cx.lookup.view(r);
            seen.int(VERB).is_some_and(response::is_running)
        });
        if let Some(response) = running {
            return Err(
                Refusal::new("event-response-running", "ERL art. 86").with("response", response)
            );
        }
    }
    Ok(())
}
