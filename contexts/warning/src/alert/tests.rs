use serde_json::{Value as Json, json};

use super::Alert;
use crate::desk::{Desk, view};

fn standing() -> ledger::View {
    let sender = json!("met@lanjiang.example");
    let fields = [("identifier", json!("99-1")), ("sender", sender), ("status", json!("Exercise"))];
    view::<Alert>(1, Some("Active"), &fields)
}

fn update(references: Json) -> Json {
    json!({
        "identifier": "99-2", "sent_at": "2026-07-23T03:40:00Z", "references": references,
        "infos": []
    })
}

#[test]
fn an_update_names_the_message_that_stands() {
    let desk = Desk::of("county.duty");
    let named = json!(["met@lanjiang.example,99-1,2026-07-23T10:31:00+08:00"]);
    assert_eq!(desk.refusal::<Alert>(&standing(), "update", update(named)), "");
    let other = update(json!(["met@lanjiang.example,99-0,2026-07-23T10:31:00+08:00"]));
    assert_eq!(desk.refusal::<Alert>(&standing(), "update", other), "alert-references-missing");
    let elsewhere = update(json!(["other@elsewhere.example,99-1,2026-07-23T10:31:00+08:00"]));
    let refused = desk.refusal::<Alert>(&standing(), "cancel", elsewhere);
    assert_eq!(refused, "alert-references-missing", "the same number of another sender");
    let none = update(json!([]));
    assert_eq!(desk.refusal::<Alert>(&standing(), "cancel", none), "alert-references-missing");
}

#[test]
fn an_identifier_is_never_used_twice() {
    let mut again = update(json!(["99-1"]));
    again["identifier"] = json!("99-1");
    let refusal = Desk::of("county.duty").refusal::<Alert>(&standing(), "update", again);
    assert_eq!(refusal, "alert-identifier-used");
}

#[test]
fn an_exercise_never_becomes_actual() {
    let mut actual = update(json!(["99-1"]));
    actual["status"] = json!("Actual");
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<Alert>(&standing(), "update", actual), "alert-status-changes");
}

#[test]
fn a_warning_cannot_end_before_it_starts() {
    let mut args = update(json!(["99-1"]));
    args["onset_at"] = json!("2026-07-23T04:00:00Z");
    args["expires_at"] = json!("2026-07-23T03:59:59Z");
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<Alert>(&standing(), "update", args), "alert-expires-before-start");
}
