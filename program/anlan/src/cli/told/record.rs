//! The record: is it whole, what came in, what stands.

use serde_json::Value as Json;

use super::line::{Lines, each};
use crate::check_record::faults;

/// Faults that are named; `--json` has all.
const FAULTS_SHOWN: usize = 10;

/// What `anlan verify` found.
pub fn verified(lines: &mut Lines<'_>, report: &Json) {
    let (ops, logs) = (report["ops"].to_string(), report["logs"].to_string());
    match report["good"].as_bool() {
        Some(true) => lines.say("whole", &[("ops", &ops), ("logs", &logs)]),
        _ => {
            let bad = lines.plain(&report["bad"]);
            lines.say("not-whole", &[("ops", &ops), ("bad", &bad)]);
            for what in faults(report).iter().take(FAULTS_SHOWN) {
                lines.say("fault", &[("what", what)]);
            }
        }
    }
    match &report["checkpoint"] {
        Json::Null => lines.say("checkpoint-none", &[]),
        at => {
            let (log, seq) = (lines.plain(&at["log"]), lines.plain(&at["seq"]));
            lines.say("checkpoint", &[("log", &log), ("seq", &seq)]);
        }
    }
    let in_clear = &report["in_clear"];
    if in_clear["names"].as_bool() == Some(true) || in_clear["states"].as_u64() > Some(0) {
        lines.say("in-clear", &[]);
    }
    for key in ["invalid", "disputes"] {
        if let Some(count) = report[key].as_u64().filter(|n| *n > 0) {
            lines.say(key, &[("count", &count.to_string())]);
        }
    }
    let (heads, views) = (lines.plain(&report["heads"]), lines.plain(&report["views"]));
    lines.say("digests", &[("heads", &heads), ("views", &views)]);
}

/// What `anlan repair` left, after its steps were said one by one.
pub fn repaired(lines: &mut Lines<'_>, answer: &Json) {
    verified(lines, &answer["verify"]);
}

/// What `anlan rebuild` came to.
pub fn rebuilt(lines: &mut Lines<'_>, answer: &Json) {
    let key = if answer["same"].as_bool() == Some(true) { "rebuilt" } else { "rebuilt-other" };
    let (views, ms) = (answer["views"].to_string(), answer["elapsed_ms"].to_string());
    lines.say(key, &[("views", &views), ("ms", &ms)]);
}

/// What `anlan import cap` took in.
pub fn alerts(lines: &mut Lines<'_>, done: &Json) {
    for alert in each(&done["alerts"]) {
        let text = |key: &str| lines.plain(&alert[key]);
        let (identifier, reference, status) = (text("identifier"), text("ref"), text("status"));
        let places = text("places");
        let key = if alert["known"] == true { "alert-known" } else { "alert" };
        lines.say(key, &[("identifier", &identifier), ("ref", &reference), ("status", &status)]);
        if alert["footprint"].as_str() != Some("known") {
            lines.say("alert-no-footprint", &[]);
        } else if !each(&alert["places"]).is_empty() {
            lines.say("alert-places", &[("places", &places)]);
        }
    }
    for fault in each(&done["faults"]).iter().flat_map(|f| each(&f["faults"])) {
        let text = |key: &str| lines.plain(&fault[key]);
        let (path, code, detail) = (text("path"), text("code"), text("detail"));
        lines.say("alert-fault", &[("path", &path), ("code", &code), ("detail", &detail)]);
    }
    for event in each(&done["events"]) {
        let reference = match event {
            Json::String(text) => text.clone(),
            other => lines.plain(&other["ref"]),
        };
        lines.say("alert-event", &[("ref", &reference)]);
    }
    let hash = lines.plain(&done["original"]);
    lines.say("original", &[("hash", &hash)]);
}

/// What `anlan submit` wrote.
pub fn submitted(lines: &mut Lines<'_>, done: &Json) {
    let count = each(&done["ops"]).len().to_string();
    let refs = lines.plain(&done["refs"]);
    lines.say("submitted", &[("ops", &count), ("refs", &refs)]);
}

/// What `anlan show` found: all of a kind, or one with its fields in the kind's words.
pub fn shown(lines: &mut Lines<'_>, answer: &Json, word: impl Fn(&str) -> Option<String>) {
    if let Some(items) = answer["items"].as_array() {
        lines.say("shown-total", &[("total", &answer["total"].to_string())]);
        for item in items {
            entry(lines, item);
        }
        return;
    }
    entry(lines, answer);
    for (name, field) in answer["fields"].as_object().into_iter().flatten() {
        let value = match field["status"].as_str() {
            Some("withheld") => lines.words("withheld", &[]),
            _ => lines.plain(&field["value"]),
        };
        let name = word(name).unwrap_or_else(|| name.clone());
        lines.say("shown-field", &[("name", &name), ("value", &value)]);
    }
}

fn entry(lines: &mut Lines<'_>, item: &Json) {
    let (reference, state) = (lines.plain(&item["ref"]), lines.plain(&item["state"]));
    let disputes = match item["disputes"].as_u64() {
        Some(count @ 1..) => lines.words("shown-disputes", &[("count", &count.to_string())]),
        _ => String::new(),
    };
    lines.say("shown-item", &[("ref", &reference), ("state", &state), ("disputes", &disputes)]);
}
