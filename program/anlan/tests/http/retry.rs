//! An answer may be lost: the same act under the same key is one act.

use serde_json::{Value as Json, json};

use crate::client::Node;

#[test]
fn the_same_key_twice_is_one_act_and_another_request_is_refused() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let find = |title: &str| {
        json!({"entity": "danger", "verb": "find",
            "args": {"title": title, "place": "990102100201"}})
    };
    let before = duty.read("/danger?limit=1")["total"].as_i64().unwrap();
    let first = duty.post_again("/commands", &find("a"), "key-1").good();
    let second = duty.post_again("/commands", &find("a"), "key-1").good();
    assert_eq!(first["ops"], second["ops"]);
    assert_eq!((&first["replayed"], &second["replayed"]), (&json!(false), &json!(true)));
    duty.post_again("/commands", &find("b"), "key-1").refused(409, "retry-key-reused");
    let after = duty.read("/danger?limit=1")["total"].as_i64().unwrap();
    assert_eq!(after, before + 1);
    let other = node.person("township.1.duty");
    let theirs = other.post_again("/commands", &find("b"), "key-1").good();
    assert_ne!(theirs["ref"], first["ref"], "a key is its person's own");
}

#[test]
fn a_write_without_a_key_is_refused() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let body = json!({"entity": "danger", "verb": "find", "args": {}}).to_string();
    let json_type = ("content-type", "application/json");
    let ask = |headers: &[(&str, &str)]| duty.ask("POST", "/commands", headers, body.as_bytes());
    ask(&[json_type]).refused(400, "retry-key-missing");
    let long = "k".repeat(65);
    ask(&[json_type, ("idempotency-key", &long)]).refused(400, "retry-key-missing");
    ask(&[json_type, ("idempotency-key", "")]).refused(400, "retry-key-missing");
}

#[test]
fn an_approval_sent_twice_issues_its_tasks_and_calls_once() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    let commander = node.person("county.commander");
    let approve = || commander.post_again("/event/open/approve", &json!({"level": 2}), "approve");
    let (first, second) = (approve().good(), approve().good());
    assert_eq!(first["tasks"], second["tasks"]);
    assert_eq!(second["replayed"], true);
    let tasks = first["tasks"].as_array().unwrap().len();
    assert!(tasks > 0);
    assert_eq!(duty.read("/event/open/tasks")["total"], tasks);
    let other = commander.post_again("/event/open/approve", &json!({"level": 1}), "approve");
    other.refused(409, "retry-key-reused");
    assert_eq!(duty.read("/event/open/level")["in_force"]["level"], 2);
}

#[test]
fn the_first_answer_of_a_step_comes_again_after_a_restart() {
    let mut node = Node::new();
    let ask = |node: &Node, account: &str, step: &str, body: &Json, key: &str| {
        node.person(account).post_again(&format!("/event/open/{step}"), body, key)
    };
    let mut steps = [
        ("county.duty", "propose", json!({})),
        ("county.commander", "approve", json!({"level": 2})),
        ("county.duty", "relief", json!({})),
        ("county.commander", "relief/issue", json!({})),
    ];
    let mut answers: Vec<Json> = Vec::new();
    for (account, step, body) in &mut steps {
        if *step == "relief/issue" {
            body["plan"] = answers[2]["plan"].clone();
        }
        answers.push(ask(&node, account, step, body, step).good());
        // Whatever the record holds by then, the program ends in the middle of all.
        node = node.again();
    }
    let ops = node.person("county.duty").read("/verify")["ops"].clone();
    for ((account, step, body), first) in steps.iter().zip(&answers) {
        let mut again = ask(&node, account, step, body, step).good();
        assert_eq!(again["replayed"], true, "{step}");
        let mut first = first.clone();
        for answer in [&mut again, &mut first] {
            answer.as_object_mut().unwrap().remove("replayed");
        }
        assert_eq!(again, first, "{step}");
    }
    assert_eq!(node.person("county.duty").read("/verify")["ops"], ops, "nothing was written");
    let other = ask(&node, "county.commander", "approve", &json!({"level": 1}), "approve");
    other.refused(409, "retry-key-reused");
}
