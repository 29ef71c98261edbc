use ledger::Entity;
use serde_json::{Value as Json, json};

use super::Callout;
use crate::desk::{Desk, view};

const HEAD: &str = "post:0000000000000011";
const DEPUTY: &str = "post:0000000000000012";

fn refusal(state: &str, verb: &str, args: Json) -> String {
    let seen = view::<Callout>(1, Some(state), &[("callee", json!(HEAD))]);
    Desk::of("county.duty").refusal::<Callout>(&seen, verb, args)
}

#[test]
fn only_the_holder_or_the_deputy_closes_a_call() {
    let said = |who: &str| json!({"answered_as": who, "repeated": "02:40 前转移河边 41 户"});
    assert_eq!(refusal("Answered", "acknowledge", said("holder")), "");
    assert_eq!(refusal("Answered", "acknowledge", said("deputy")), "");
    assert_eq!(refusal("Answered", "acknowledge", said("other")), "callout-not-duty-holder");
}

#[test]
fn what_was_understood_is_repeated_back() {
    let args = json!({"answered_as": "holder", "repeated": "  "});
    assert_eq!(refusal("Answered", "acknowledge", args), "callout-repeat-missing");
}

#[test]
fn an_answer_taken_by_telephone_names_who_heard_it() {
    let mut args = json!({
        "answered_as": "holder", "repeated": "转移 41 户", "entered_by_voice": true
    });
    assert_eq!(refusal("Answered", "acknowledge", args.clone()), "callout-heard-by-missing");
    args["heard_by"] = json!("post:0000000000000013");
    assert_eq!(refusal("Answered", "acknowledge", args), "");
}

#[test]
fn a_call_is_passed_on_to_somebody_else() {
    let to = |post: &str| json!({"escalated_to": post});
    assert_eq!(refusal("NoAnswer", "escalate", to(HEAD)), "callout-escalated-to-same");
    assert_eq!(refusal("NoAnswer", "escalate", to(DEPUTY)), "");
}

#[test]
fn delivered_is_not_answered() {
    let closing = ["Acknowledged", "ActionReported"];
    let by = |e: &&ledger::Edge| e.to.is_some_and(|to| closing.contains(&to));
    let verbs: Vec<_> = Callout::EDGES.iter().filter(by).map(|e| e.verb).collect();
    assert!(verbs.iter().all(|v| matches!(*v, "acknowledge" | "report_action")), "{verbs:?}");
}
