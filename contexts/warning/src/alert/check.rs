//! What an alert asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::{IDENTIFIER, REFERENCES, SENDER, SENT_AT, STATUS, shapes};

/// Refuses an update that names another message, changes the status, or ends before it starts.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    if command.verb == "hear" {
        return Ok(());
    }
    ends_after_it_starts(command)?;
    if command.verb == "issue" || !view.exists() {
        return Ok(());
    }
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    let stands = view.text(IDENTIFIER).unwrap_or_default();
    if text("identifier") == Some(stands) {
        return Err(
            Refusal::new("alert-identifier-used", "CAP 1.2, identifier").with("identifier", stands)
        );
    }
    let sender = view.text(SENDER).unwrap_or_default();
    if !names_it(view, command.args.get("references"), sender, stands) {
        return Err(Refusal::new("alert-references-missing", "CAP 1.2, references")
            .with("identifier", stands));
    }
    let sent = command.args.get("sent_at");
    let sent = sent.and_then(|at| ledger::Shape::Instant.read("sent_at", at).ok()?.as_int());
    if sent.zip(view.int(SENT_AT)).is_some_and(|(sent, stands)| sent < stands) {
        return Err(
            Refusal::new("alert-older-than-standing", "CAP 1.2, sent").with("identifier", stands)
        );
    }
    let status = command.args.get("status").and_then(|s| shapes::STATUS.read("status", s).ok());
    if status.is_some() && status.as_ref() != view.get(STATUS) {
        return Err(Refusal::new("alert-status-changes", "house, decision 18"));
    }
    Ok(())
}

/// The message that stands, or one that it came after: whoever cancels may know only the first.
fn names_it(view: &View, references: Option<&Json>, sender: &str, stands: &str) -> bool {
    let earlier = view.get(REFERENCES).and_then(|v| v.as_list()).unwrap_or_default();
    let mut earlier = earlier.iter().filter_map(|line| named_in(line.as_text()?));
    names(references, sender, stands) || earlier.any(|(who, what)| names(references, who, what))
}

/// A reference is `sender,identifier,sent`, and a message is named by both of the first; a bare
/// identifier, as a person types it, is taken too.
fn names(references: Option<&Json>, sender: &str, identifier: &str) -> bool {
    let list = references.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let named = Some((sender, identifier));
    list.iter().filter_map(Json::as_str).any(|r| r == identifier || named_in(r) == named)
}

/// Sender and identifier of the message that a reference `sender,identifier,sent` names. Source:
/// CAP 1.2, `references`.
pub fn named_in(reference: &str) -> Option<(&str, &str)> {
    let mut parts = reference.split(',');
    Some((parts.next()?, parts.next()?))
}

/// Asked of what is written here; a message that came as bytes is kept as its issuer wrote it.
fn ends_after_it_starts(command: &Command) -> Result<(), Refusal> {
    if command.args.get("original").is_some_and(|o| !o.is_null()) {
        return Ok(());
    }
    let at = |name: &str| {
        let json = command.args.get(name)?;
        ledger::Shape::Instant.read(name, json).ok()?.as_int()
    };
    let start = at("onset_at").or_else(|| at("effective_at")).or_else(|| at("sent_at"));
    match (start, at("expires_at")) {
        (Some(start), Some(end)) if end < start => {
            Err(Refusal::new("alert-expires-before-start", "ERL art. 64"))
        }
        _ => Ok(()),
    }
}
