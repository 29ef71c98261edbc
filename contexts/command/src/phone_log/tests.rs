use ledger::{DataClass, Entity, View};
use serde_json::{Value as Json, json};

use super::PhoneLog;
use crate::desk::{Desk, view};

const EVENT: &str = "event:0000000000000002";
const OTHER: &str = "event:0000000000000003";

fn log(changes: Json) -> String {
    let none = View::empty(PhoneLog::KIND, kernel::EntityId([1; 10]));
    let mut args = json!({"what": "后山有落石", "observed_at": "2026-07-23T02:33:00Z"});
    for (name, value) in changes.as_object().unwrap() {
        args[name] = value.clone();
    }
    Desk::of("county.duty").refusal::<PhoneLog>(&none, "log", args)
}

fn then(state: &str, fields: &[(&str, Json)], verb: &str, args: Json) -> String {
    let seen = view::<PhoneLog>(1, Some(state), fields);
    Desk::of("county.duty").refusal::<PhoneLog>(&seen, verb, args)
}

#[test]
fn the_callers_own_name_and_number_are_only_in_personal_ops() {
    let personal = ["caller_name", "caller_number"];
    for verb in PhoneLog::VERBS {
        let class = PhoneLog::OPS[verb.op].class;
        for field in verb.needs.iter().chain(verb.may) {
            let is_personal = personal.contains(field);
            assert_eq!(is_personal, class == DataClass::Personal, "{} brings {field}", verb.name);
        }
    }
}

#[test]
fn a_call_says_something_and_when_it_came() {
    assert_eq!(log(json!({})), "");
    assert_eq!(log(json!({"what": " \u{3000}"})), "call-says-nothing");
    assert_eq!(log(json!({"what": null})), "call-says-nothing");
    assert_eq!(log(json!({"observed_at": null})), "call-time-missing");
}

#[test]
fn a_call_has_come_before_it_is_logged() {
    // The desk's clock stands at 02:45:00.
    assert_eq!(log(json!({"observed_at": "2026-07-23T03:00:00Z"})), "", "a clock 15 min ahead");
    assert_eq!(log(json!({"observed_at": "2026-07-23T03:00:01Z"})), "call-not-yet");
    let late = json!({"observed_at": "2026-07-23T04:00:00Z", "reason": "记错"});
    assert_eq!(then("Logged", &[], "correct", late), "call-not-yet");
}

#[test]
fn what_the_caller_did_not_know_may_be_said_to_be_unknown() {
    let unknown = json!({"place": null, "casualties": null, "happened_at": null, "told_at": null});
    assert_eq!(log(unknown), "");
}

#[test]
fn a_call_is_of_one_event_and_another_needs_a_reason() {
    assert_eq!(then("Logged", &[], "match", json!({"event": EVENT})), "");
    assert_eq!(then("Logged", &[], "match", json!({"event": null})), "call-event-missing");
    let known = [("event", json!(EVENT))];
    assert_eq!(then("Logged", &known, "match", json!({"event": EVENT})), "", "confirmed");
    assert_eq!(then("Answered", &known, "match", json!({"event": OTHER})), "call-event-differs");
    let put_right = json!({"event": OTHER, "reason": "说的是下游"});
    assert_eq!(then("Matched", &known, "correct", put_right), "");
}

#[test]
fn an_answer_and_a_correction_are_more_than_blanks() {
    assert_eq!(then("Matched", &[], "answer", json!({"answer": " "})), "call-answer-missing");
    assert_eq!(then("Matched", &[], "answer", json!({"answer": "已派人"})), "");
    let no_reason = json!({"reason": "", "casualties": "2 人受伤"});
    assert_eq!(then("Logged", &[], "correct", no_reason), "call-reason-missing");
    let nothing = json!({"reason": "听错", "note": "听错"});
    assert_eq!(then("Logged", &[], "correct", nothing), "call-corrects-nothing");
    let emptied = json!({"reason": "听错", "what": ""});
    assert_eq!(then("Logged", &[], "correct", emptied), "call-says-nothing");
    let silent = json!({"reason": "听错", "answer": null});
    assert_eq!(then("Answered", &[], "correct", silent), "call-answer-missing");
}

#[test]
fn a_caller_is_named_by_a_name_or_a_number() {
    assert_eq!(then("Logged", &[], "name_caller", json!({})), "call-caller-missing");
    let blanks = json!({"caller_name": " ", "caller_number": null});
    assert_eq!(then("Logged", &[], "name_caller", blanks), "call-caller-missing");
    assert_eq!(then("Answered", &[], "name_caller", json!({"caller_number": "13900000007"})), "");
}
