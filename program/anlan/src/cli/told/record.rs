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

/// The accounts of `anlan account list`, one a line.
pub fn accounts(lines: &mut Lines<'_>, answer: &Json) {
    for a in each(&answer["items"]) {
        let (account, post) = (lines.plain(&a["account"]), lines.name(&a["title"]));
        let (person, place) = (lines.name(&a["person"]), lines.name(&a["place_name"]));
        let roles = match a["roles"].as_array().is_some_and(|r| !r.is_empty()) {
            true => lines.plain(&a["roles"]),
            false => lines.words("none", &[]),
        };
        let (rank, closed) = (lines.plain(&a["rank"]), lines.plain(&a["closed_at"]));
        let state = match a["closed_at"].is_null() {
            true => lines.words("account-open", &[]),
            false => lines.words("account-shut", &[("at", &closed)]),
        };
        let said = [
            ("account", &account),
            ("post", &post),
            ("person", &person),
            ("place", &place),
            ("rank", &rank),
            ("roles", &roles),
            ("state", &state),
        ];
        lines.say("account", &said.map(|(k, v)| (k, v.as_str())));
    }
    let count = each(&answer["items"]).len().to_string();
    lines.say("accounts", &[("count", &count)]);
}

/// What `anlan bundle inspect` read.
pub fn inspected(lines: &mut Lines<'_>, answer: &Json) {
    let holds = &answer["holds"];
    let text = |key: &str| lines.plain(&holds[key]);
    let (file, maker) = (lines.plain(&answer["file"]), text("maker"));
    let (at, place) = (text("made_at"), text("place"));
    let sort = lines.words(if holds["exercise"] == true { "exercise" } else { "real" }, &[]);
    let signed = lines.code("signed", &holds["signed"]);
    let (logs, ops, withheld, blobs) = (text("logs"), text("ops"), text("withheld"), text("blobs"));
    lines.say("bundle", &[("file", &file), ("sort", &sort), ("place", &place), ("at", &at)]);
    lines.say("bundle-maker", &[("maker", &maker), ("signed", &signed)]);
    lines.say("bundle-holds", &[("logs", &logs), ("ops", &ops), ("blobs", &blobs)]);
    lines.say("bundle-withheld", &[("withheld", &withheld)]);
    let damaged = each(&holds["damaged"]);
    if damaged.is_empty() {
        lines.say("bundle-whole", &[]);
    }
    for part in damaged {
        let text = |key: &str| lines.plain(&part[key]);
        let (segment, offset, why) = (text("segment"), text("offset"), text("why"));
        lines.say("bundle-part", &[("segment", &segment), ("offset", &offset), ("why", &why)]);
    }
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
        if alert["differs"] == true {
            lines.say("alert-differs", &[("identifier", &identifier)]);
        }
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
