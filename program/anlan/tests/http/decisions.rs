//! A level is decided on what the decider saw, with a reason where it is another than was put
//! forward, and its evidence is the program's own.

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};

fn heads(person: &Person<'_>) -> Json {
    person.read("/event/open/level")["in_force"]["heads"].clone()
}

fn approve(person: &Person<'_>, body: Json) -> crate::client::Answer {
    person.post("/event/open/approve", &body)
}

#[test]
fn a_decision_on_what_stood_before_another_is_refused() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    let deputy = node.person("county.deputy");
    duty.post("/event/open/propose", &json!({})).good();
    let level = deputy.read("/event/open/level");
    assert_eq!(level["in_force"]["proposed"], 2);
    let seen = heads(&deputy);
    approve(&head, json!({"level": 1, "basis": "the dyke is overtopped", "seen": seen})).good();
    let stale = approve(&deputy, json!({"level": 2, "seen": seen}));
    stale.refused(422, "response-changed");
    let level = deputy.read("/event/open/level");
    assert_eq!(
        (&level["in_force"]["level"], &level["in_force"]["proposed"]),
        (&json!(1), &json!(null))
    );
    let silent = approve(&deputy, json!({"level": 2, "seen": heads(&deputy)}));
    let refused = silent.refused(422, "level-changed-without-reason");
    assert!(refused["title"]["zh"].as_str().unwrap().contains("二级"), "{refused}");
    let basis = json!({"level": 2, "basis": "the water falls", "seen": heads(&deputy)});
    approve(&deputy, basis).good();
    assert_eq!(deputy.read("/event/open/level")["in_force"]["level"], 2);
}

#[test]
fn a_proposal_put_anew_is_looked_at_before_it_is_signed() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    let before = json!([]);
    duty.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 2, "seen": before})).refused(422, "response-changed");
    approve(&head, json!({"level": 2, "seen": "all"})).refused(422, "wrong-type");
    let other = approve(&head, json!({"level": 1, "seen": heads(&head)}));
    let refused = other.refused(422, "level-differs-without-reason");
    let english = refused["title"]["en"].as_str().unwrap();
    assert!(english.contains("Level 2") && english.contains("Level 1"), "{refused}");
    approve(&head, json!({"level": 2, "seen": heads(&head)})).good();
}

#[test]
fn evidence_is_the_programs_own_and_an_approval_here_is_given_now() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    let zeros = "0".repeat(64);
    let response = duty.read("/event/open/level");
    let place = response["place"].clone();
    let forged = json!({"place": place, "hazard_kind": "flood", "proposal":
        {"level": "level_4", "table": "x", "table_hash": zeros, "evaluation": zeros}});
    duty.command("response", None, "propose", forged).refused(403, "by-the-program");
    duty.post("/event/open/propose", &json!({})).good();
    let id = duty.read("/event/open/level")["response"].as_str().unwrap().to_owned();
    let id = id.trim_start_matches("response:");
    let decide = |at: &str| {
        json!({"place": place, "hazard_kind": "flood", "level": {"level": "level_2"},
            "matter": "x", "expected_term": "24 h", "measures": ["x"], "basis": "x",
            "event": response["in_force"]["event"], "approval":
            {"mode": "console", "approved_by": head_post(), "approved_at": at}})
    };
    let old = head.command("response", Some(id), "decide", decide("2020-01-01T00:00:00Z"));
    old.refused(422, "approval-not-now");
}

fn head_post() -> Json {
    json!(kernel::Ref::new("post", kernel::EntityId::from_code("post", "county.commander")))
}
