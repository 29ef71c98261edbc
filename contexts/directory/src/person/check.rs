//! What a person asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

/// Refuses a name of blanks, and the same post twice.
pub fn check(_view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let name = command.args.get("name").and_then(Json::as_str);
    if name.is_some_and(|n| n.trim().is_empty()) {
        return Err(Refusal::new("name-missing", "house, decision 1"));
    }
    let posts = command.args.get("posts").and_then(Json::as_array).cloned().unwrap_or_default();
    let twice = posts.iter().enumerate().find(|(i, p)| posts[..*i].contains(p));
    match twice.and_then(|(_, p)| p.as_str()) {
        Some(post) => Err(Refusal::new("post-named-twice", "house, decision 1").with("post", post)),
        None => Ok(()),
    }
}
