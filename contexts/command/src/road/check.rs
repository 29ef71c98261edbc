//! What a road entry asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};

use super::{STATUS, STATUS_SHAPE};

/// Refuses to open what stands closed where the post is no road authority: the fold would set it
/// aside.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let Some(json) = command.args.get("status") else { return Ok(()) };
    let Some(now) = STATUS_SHAPE.read("status", json).ok().and_then(|v| v.as_int()) else {
        return Err(Refusal::new("road-status-missing", "sync, §8"));
    };
    let opens = view.int(STATUS).is_some_and(|before| now < before);
    if opens && !cx.actor.roles.iter().any(|r| r == "road") {
        return Err(Refusal::new("road-no-right-to-open", "sync, §8"));
    }
    Ok(())
}
