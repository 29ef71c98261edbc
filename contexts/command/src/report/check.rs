//! What a report asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::{EVENT, FIGURES, SEQUENCE};

const SOURCE: &str = "domain, §6.3";

/// Refuses a continued report that hangs on nothing, and figures that fall without a reason.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let args = &command.args;
    let text = |name: &str| args.get(name).and_then(Json::as_str);
    if command.verb == "sign" && text("what").unwrap_or_default().trim().is_empty() {
        return Err(Refusal::new("report-says-nothing", "domain, §6.4"));
    }
    let blank = |name: &str| text(name).is_none_or(|t| t.trim().is_empty());
    if command.verb == "name_source" && blank("told_by") && blank("told_by_phone") {
        return Err(Refusal::new("source-not-named", "domain, §6.4"));
    }
    let Some(sequence) = args.get("sequence").and_then(Json::as_i64) else { return Ok(()) };
    let first = sequence == 1;
    if first == (text("sort") == Some("continued")) {
        return Err(Refusal::new("report-sequence-and-sort", SOURCE).with("sequence", sequence));
    }
    // A report that is signed after it was drafted may have named the one before already.
    let previous = text("previous").or_else(|| view.text(16)).and_then(|r| r.parse().ok());
    let Some(previous) = previous else {
        return match first {
            true => Ok(()),
            false => Err(Refusal::new("report-before-missing", SOURCE).with("sequence", sequence)),
        };
    };
    follows(&cx.lookup.view(&previous), command, sequence)
}

/// The report before is of the same event, one number lower, and no figure falls unexplained.
fn follows(before: &View, command: &Command, sequence: i64) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    let expected = before.int(SEQUENCE).map(|n| n + 1);
    if expected.is_some_and(|n| n != sequence) || before.text(EVENT) != text("event") {
        return Err(Refusal::new("report-follows-another", SOURCE)
            .with("sequence", sequence)
            .with("expected", expected.unwrap_or(1)));
    }
    let told = before.get(FIGURES).and_then(|v| v.as_map()).cloned().unwrap_or_default();
    let figures = [(1, "dead"), (2, "missing"), (3, "injured"), (5, "moved")];
    for (part, name) in figures {
        let now = command.args.get("figures").and_then(|f| f.get(name)).and_then(Json::as_i64);
        let was = told.get(&part).and_then(|v| v.as_int());
        if let (Some(now), Some(was)) = (now, was)
            && now < was
            && text("reason").is_none()
        {
            return Err(Refusal::new("figure-falls-without-reason", "domain, §6.3, RP-N12")
                .with("field", name)
                .with("before", was)
                .with("now", now));
        }
    }
    Ok(())
}
