//! What a team asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, FieldState, Refusal, Value, View};
use serde_json::Value as Json;

use super::{ENGAGED, KEEPER, parts};

/// Refuses a second task while one stands, and ending one that it does not have.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    parts::readiness_is_whole(command)?;
    let task = command.args.get("engaged").and_then(Json::as_str);
    let now = view.get(ENGAGED).and_then(Value::as_text);
    match command.verb.as_str() {
        "accept" | "done" if !has_keeper(view) => {
            Err(Refusal::new("team-without-keeper", "sync, §8"))
        }
        "accept" if now.is_some() && now != task => {
            Err(Refusal::new("team-engaged", "sync, §8").with("task", now.unwrap_or_default()))
        }
        "done" if now != task => Err(Refusal::new("team-not-engaged-there", "sync, §8")),
        "disband" if now.is_some() => {
            Err(Refusal::new("team-engaged", "sync, §8").with("task", now.unwrap_or_default()))
        }
        _ => Ok(()),
    }
}

fn has_keeper(view: &View) -> bool {
    let keeper = view.fields.get(&KEEPER).map(|f| &f.state);
    matches!(keeper, Some(FieldState::Set(value)) if *value != Value::Null)
}
