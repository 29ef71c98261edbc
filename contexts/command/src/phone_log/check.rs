//! What a phone log asks of a command beyond shapes and steps.

use kernel::CLOCKS_DIFFER_MAX_MS;
use ledger::{Command, Ctx, Refusal, Shape, View};
use serde_json::Value as Json;

use super::EVENT;

const SOURCE: &str = "users, county duty officer, 1";

/// Refuses a call without words or time, an answer of blanks, and a correction of nothing.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    match command.verb.as_str() {
        "log" => said(command).and_then(|()| received(command, cx)),
        "match" => matched(view, command),
        "answer" if blank(command, "answer") => Err(Refusal::new("call-answer-missing", SOURCE)),
        "correct" => corrected(command, cx),
        "name_caller" if blank(command, "caller_name") && blank(command, "caller_number") => {
            Err(Refusal::new("call-caller-missing", SOURCE))
        }
        _ => Ok(()),
    }
}

fn blank(command: &Command, name: &str) -> bool {
    command.args.get(name).and_then(Json::as_str).is_none_or(|t| t.trim().is_empty())
}

fn said(command: &Command) -> Result<(), Refusal> {
    match blank(command, "what") {
        true => Err(Refusal::new("call-says-nothing", SOURCE)),
        false => Ok(()),
    }
}

fn received(command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let at = command.args.get("observed_at");
    let at = at.and_then(|at| Shape::Instant.read("observed_at", at).ok()?.as_int());
    match at {
        None => Err(Refusal::new("call-time-missing", SOURCE)),
        Some(at) if at > cx.now.seconds().0 + CLOCKS_DIFFER_MAX_MS / 1000 => {
            Err(Refusal::new("call-not-yet", "sync, §4"))
        }
        Some(_) => Ok(()),
    }
}

fn matched(view: &View, command: &Command) -> Result<(), Refusal> {
    if blank(command, "event") {
        return Err(Refusal::new("call-event-missing", SOURCE));
    }
    let named = command.args.get("event").and_then(Json::as_str);
    match view.text(EVENT) {
        // Another event than the one it has is a mistake put right: that needs its reason.
        Some(before) if Some(before) != named => {
            Err(Refusal::new("call-event-differs", SOURCE).with("event", before))
        }
        _ => Ok(()),
    }
}

fn corrected(command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    if blank(command, "reason") {
        return Err(Refusal::new("call-reason-missing", SOURCE));
    }
    if command.args.keys().all(|name| name == "reason" || name == "note") {
        return Err(Refusal::new("call-corrects-nothing", SOURCE));
    }
    if command.args.contains_key("what") {
        said(command)?;
    }
    if command.args.contains_key("answer") && blank(command, "answer") {
        return Err(Refusal::new("call-answer-missing", SOURCE));
    }
    match command.args.contains_key("observed_at") {
        true => received(command, cx),
        false => Ok(()),
    }
}
