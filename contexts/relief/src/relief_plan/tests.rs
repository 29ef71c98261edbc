use serde_json::{Value as Json, json};

use super::ReliefPlan;
use crate::desk::{Desk, view};

fn check(changes: Json) -> String {
    let (problem, plan) = ("aa".repeat(32), "bb".repeat(32));
    let fields = [("problem", json!(problem)), ("plan", json!(plan))];
    let seen = view::<ReliefPlan>(1, Some("Draft"), &fields);
    let mut checked = json!({"problem": problem, "plan": plan, "faults": 0});
    for (name, value) in changes.as_object().unwrap() {
        checked[name] = value.clone();
    }
    Desk::of("county.duty").refusal::<ReliefPlan>(&seen, "check", json!({"checked": checked}))
}

#[test]
fn only_the_very_files_that_were_checked_pass() {
    assert_eq!(check(json!({})), "");
    assert_eq!(check(json!({"plan": "cc".repeat(32)})), "check-of-another-plan");
    assert_eq!(check(json!({"problem": null})), "check-of-another-plan");
}

#[test]
fn a_plan_with_a_fault_or_without_an_answer_does_not_pass() {
    assert_eq!(check(json!({"faults": 1})), "plan-has-faults");
    assert_eq!(check(json!({"faults": null})), "plan-has-faults");
}
