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

fn three_dead(node: &Node) {
    let duty = node.person("county.duty");
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let place = duty.read("/session")["place"].clone();
    let count = json!({"event": event, "place": place, "dead": 3, "missing": 0});
    duty.command("casualty", None, "count", count).good();
}

fn step_done(person: &Person<'_>, key: &str) -> Json {
    let steps = person.read("/exercise")["steps"].as_array().unwrap().clone();
    steps.iter().find(|s| s["key"] == key).unwrap()["done"].clone()
}

#[test]
fn a_graver_level_is_put_forward_and_decided_while_a_milder_one_is_in_force() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 2})).good();
    assert_eq!(step_done(&duty, "propose"), true);
    three_dead(&node);
    let level = duty.read("/event/open/level");
    assert_eq!((&level["proposal"]["level"], &level["in_force"]["level"]), (&json!(1), &json!(2)));
    assert_eq!(
        (step_done(&duty, "propose"), step_done(&duty, "approve")),
        (json!(false), json!(false))
    );

    duty.post("/event/open/propose", &json!({})).good();
    let in_force = duty.read("/event/open/level")["in_force"].clone();
    assert_eq!((&in_force["level"], &in_force["proposed"]), (&json!(2), &json!(1)));
    assert_eq!(step_done(&duty, "propose"), true);
    let calls = |key: &str| duty.read("/event/open/calls")[key].as_u64().unwrap();
    let (total, answered) = (calls("total"), calls("acknowledged"));
    assert!(answered > 0);
    approve(&head, json!({"level": 1, "seen": in_force["heads"]})).good();
    let in_force = duty.read("/event/open/level")["in_force"].clone();
    assert_eq!((&in_force["level"], &in_force["proposed"]), (&json!(1), &Json::Null));
    assert_eq!(step_done(&duty, "approve"), true);
    assert_eq!(calls("acknowledged"), 0, "earlier answers do not count at a graver level");
    assert!(calls("total") >= total, "one call a post, that of the newest round");
}

#[test]
fn who_proposed_what_was_decided_may_change_it_with_a_reason_but_not_decide_a_new_proposal() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    let deputy = node.person("county.deputy");
    deputy.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 2})).good();
    approve(&deputy, json!({"level": 1, "basis": "the dyke is overtopped"})).good();
    three_dead(&node);
    approve(&head, json!({"level": 2, "basis": "the water falls"})).good();
    deputy.post("/event/open/propose", &json!({})).good();
    approve(&deputy, json!({"level": 1})).refused(422, "approver-proposed-it");
    duty.post("/event/open/propose", &json!({})).good();
    approve(&deputy, json!({"level": 1})).good();
}

#[test]
fn a_start_after_the_end_is_decided_anew_with_its_own_reason_tasks_and_calls() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    let first = approve(&head, json!({"level": 2})).good();
    let level = duty.read("/event/open/level");
    let id = level["response"].as_str().unwrap().trim_start_matches("response:").to_owned();
    let now = level["in_force"]["at"].clone();
    let approval = json!({"mode": "console", "approved_by": head_post(), "approved_at": now});
    let end = json!({"place": level["place"], "hazard_kind": "flood", "basis": "rain is over",
        "approval": approval});
    let alone = head.command("response", Some(&id), "end", end.clone());
    alone.refused(422, "nobody-proposed-the-end");
    let over = json!({"place": level["place"], "hazard_kind": "flood", "basis": "rain is over"});
    head.command("response", Some(&id), "propose_end", over.clone()).good();
    head.command("response", Some(&id), "end", end.clone()).refused(422, "ender-proposed-it");
    let mut end = end;
    end["approval"]["approved_by"] =
        json!(kernel::Ref::new("post", kernel::EntityId::from_code("post", "county.deputy")));
    node.person("county.deputy").command("response", Some(&id), "end", end).good();
    assert_eq!(duty.read("/event/open/level")["in_force"]["proposed"], Json::Null);
    duty.post("/event/open/propose", &json!({})).good();
    let again = approve(&head, json!({"level": 2})).good();
    let level = duty.read("/event/open/level");
    assert_eq!(
        (&level["in_force"]["level"], &level["in_force"]["basis"]),
        (&json!(2), &Json::Null)
    );
    let calls = |answer: &Json| answer["calls"].as_array().unwrap().len();
    assert!(calls(&again) >= calls(&first), "{} calls, then {}", calls(&first), calls(&again));
    assert_eq!(again["tasks"], json!([]), "those of the first start are still open");
}

#[test]
fn a_level_in_force_for_one_event_is_not_lowered_from_another() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 2})).good();
    let place = duty.read("/session")["place"].clone();
    let fields = json!({"title": "小河漫滩", "hazard_kind": "flood", "place": place});
    let second = duty.command("event", None, "open", fields).good();
    let id = second["ref"].as_str().unwrap().trim_start_matches("event:").to_owned();
    let path = format!("/event/{id}/approve");
    let refused = head.post(&path, &json!({"level": 4, "basis": "small"}));
    let refused = refused.refused(422, "response-of-another-event");
    assert!(refused["title"]["zh"].as_str().unwrap().contains("二级"), "{refused}");
    let put = duty.post(&format!("/event/{id}/propose"), &json!({}));
    put.refused(422, "response-of-another-event");
    assert_eq!(duty.read(&format!("/event/{id}/level"))["in_force"]["level"], 2);
}

#[test]
fn a_graver_level_while_the_end_is_proposed_is_put_forward_and_calls_everyone_anew() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 2})).good();
    let level = duty.read("/event/open/level");
    let over = json!({"place": level["place"], "hazard_kind": "flood", "basis": "rain is over"});
    duty.command("response", level["response"].as_str(), "propose_end", over).good();
    three_dead(&node);
    duty.post("/event/open/propose", &json!({})).good();
    approve(&head, json!({"level": 1, "seen": heads(&head)})).good();
    let calls = duty.read("/event/open/calls");
    assert_eq!(calls["acknowledged"], 0, "earlier answers do not count");
    assert_eq!(duty.read("/event/open/level")["in_force"]["state"], "Adjusted");
}
