//! What an organisation asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses a name of blanks, a body above itself, and armed forces that anyone might order.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    if text("name").is_some_and(|n| n.trim().is_empty()) {
        return Err(Refusal::new("name-missing", "house, decision 1"));
    }
    if view.exists() && text("parent") == Some(view.reference().to_string().as_str()) {
        return Err(Refusal::new("organisation-above-itself", "house, decision 1"));
    }
    let own_chain = command.args.get("own_chain_only").and_then(Json::as_bool);
    if text("sort") == Some("armed_police") && own_chain == Some(false) {
        return Err(Refusal::new("armed-forces-own-chain", "domain, §2.4, F3"));
    }
    Ok(())
}
