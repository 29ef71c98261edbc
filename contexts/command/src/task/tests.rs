use kernel::{EntityId, Kind};
use ledger::entity::VERB;
use ledger::{Entity, FieldState, FieldView, Value, View};
use serde_json::json;

use super::Task;
use crate::desk::{Desk, view};

/// Another context's entity with one field, as the lookup gives it.
fn other(kind: &'static str, id: u8, field: u8, value: Value) -> View {
    let mut seen = View::empty(Kind { number: 0, name: kind }, EntityId([id; 10]));
    seen.ops = 1;
    let state = FieldState::Set(value);
    let field_view = FieldView { state, ..FieldView::default() };
    seen.fields.insert(field, field_view);
    seen
}

#[test]
fn armed_police_are_asked_and_never_ordered() {
    let police = other("organisation", 1, 18, Value::Bool(true));
    let post = other("post", 2, 13, police.reference().to_string().as_str().into());
    let none = View::empty(Task::KIND, EntityId([9; 10]));
    let desk = Desk::of("county.duty").knows(police.clone()).knows(post.clone());
    for to in [&police, &post] {
        let mut args = json!({
            "title": "请求增援 60 人", "addressee": to.reference().to_string()
        });
        let refused = "task-must-be-a-request";
        assert_eq!(desk.refusal::<Task>(&none, "issue", args.clone()), refused);
        args["request"] = json!(true);
        assert_eq!(desk.refusal::<Task>(&none, "issue", args), "");
    }
}

#[test]
fn who_did_it_does_not_verify_it() {
    let done = view::<Task>(1, Some("Done"), &[]);
    let own = Desk::of("water.duty").wrote(VERB, "water.duty");
    assert_eq!(own.refusal::<Task>(&done, "verify", json!({})), "verifier-did-it");
    let other = Desk::of("county.duty").wrote(VERB, "water.duty");
    assert_eq!(other.refusal::<Task>(&done, "verify", json!({})), "");
}

#[test]
fn declining_takes_a_reason_that_says_something() {
    let issued = view::<Task>(1, Some("Issued"), &[]);
    let desk = Desk::of("water.duty");
    assert_eq!(desk.refusal::<Task>(&issued, "decline", json!({"reason": " "})), "reason-missing");
    let said = json!({"reason": "冲锋舟都在龙潭"});
    assert_eq!(desk.refusal::<Task>(&issued, "decline", said), "");
}

#[test]
fn a_moved_deadline_and_an_answer_are_two_fields() {
    let change = Task::EDGES.iter().filter(|e| e.verb == "change");
    assert!(change.clone().count() > 0 && change.clone().all(|e| e.to.is_none()));
    let answers = Task::VERBS.iter().filter(|v| v.op == 1).map(|v| v.name);
    assert_eq!(answers.collect::<Vec<_>>(), ["accept", "decline", "unable", "progress"]);
}
