//! A post acts within its own unit and answers for what is addressed to it; what the program
//! computes is not told by a client.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};

fn first(person: &Person<'_>, kind: &str) -> String {
    person.read(&format!("/{kind}?limit=1"))["items"][0]["id"].as_str().unwrap().to_owned()
}

fn approved(node: &Node) -> Vec<Json> {
    node.person("county.duty").post("/event/open/propose", &json!({})).good();
    let commander = node.person("county.commander");
    commander.post("/event/open/approve", &json!({"level": 2})).good();
    commander.read("/event/open/tasks")["items"].as_array().unwrap().clone()
}

#[test]
fn a_townships_head_decides_no_level_of_the_county() {
    let node = Node::new();
    let tasks = approved(&node).len();
    let head = node.person("township.1.head");
    assert_eq!(head.read("/event/open/level")["may_approve"], false);
    let args = json!({"level": 1, "basis": "because"});
    head.post("/event/open/approve", &args).refused(403, "not-your-place");
    assert_eq!(head.read("/event/open/tasks")["total"], tasks, "nothing of it was written");
}

#[test]
fn a_level_that_nobody_proposed_is_not_decided_where_the_plan_wants_two_people() {
    let node = Node::new();
    let commander = node.person("county.commander");
    let alone = commander.post("/event/open/approve", &json!({"level": 3, "basis": "because"}));
    alone.refused(422, "nobody-proposed-it");
    assert_eq!(commander.read("/event/open/tasks")["total"], 0);
}

#[test]
fn nobody_acts_for_a_place_above_or_beside_their_own() {
    let node = Node::new();
    let (county, safety) = ("990102000000", node.person("enterprise.1.safety"));
    let township = node.person("township.1.duty");
    let event = first(&township, "event");
    let road = first(&safety, "road_report");
    let args = json!({"reason": "x"});
    safety.command("road_report", Some(&road), "retract", args).refused(403, "not-your-place");
    let count =
        json!({"event": format!("event:{event}"), "place": county, "dead": 0, "missing": 0});
    for person in [&safety, &township] {
        person.command("casualty", None, "count", count.clone()).refused(403, "not-your-place");
    }
    let smaller = json!({"footprint": {"origin": "townships", "places": []}});
    township.command("event", Some(&event), "change", smaller).refused(403, "not-your-place");
    let seen = json!({"place": county, "title": "裂缝"});
    safety.command("danger", None, "find", seen).good();
}

#[test]
fn a_task_is_answered_by_whom_it_is_addressed_to() {
    let node = Node::new();
    let tasks = approved(&node);
    let military = node.person("military.duty");
    let officer = node.person("village.1.1.officer");
    let transport = node.person("department.transport.duty");
    let of = |account: &str| {
        let post = kernel::Ref::new("post", kernel::EntityId::from_code("post", account));
        let to = json!(post.to_string());
        let mut all = tasks.iter();
        let found = all.find(|t| t["fields"]["addressee"]["value"] == to);
        found.unwrap_or_else(|| panic!("a task of {account}"))["id"].as_str().unwrap().to_owned()
    };
    let task = of("department.transport.duty");
    officer.command("task", Some(&task), "accept", json!({})).refused(403, "not-addressed-to-you");
    let declined = json!({"reason": "x"});
    military.command("task", Some(&task), "decline", declined).refused(403, "not-addressed-to-you");
    transport.command("task", Some(&task), "accept", json!({})).good();
    let call = node.person("county.duty").read("/event/open/calls")["cells"][0]["ref"].clone();
    let heard = json!({"answered_as": "holder", "repeated": "x"});
    let call = call.as_str().unwrap().to_owned();
    military
        .command("callout", Some(&call), "acknowledge", heard.clone())
        .refused(403, "not-addressed-to-you");

    // The caller enters what was heard, and the record says that it was they who heard it.
    let duty = node.person("county.duty");
    let cells = duty.read("/event/open/calls")["cells"].as_array().unwrap().clone();
    let queued = cells.iter().find(|c| c["state"] == "Queued").expect("a call to make");
    let call = queued["ref"].as_str().unwrap().trim_start_matches("callout:").to_owned();
    duty.command("callout", Some(&call), "acknowledge", heard).good();
    let kept = duty.read(&format!("/callout/{call}"))["fields"].clone();
    let own = kernel::Ref::new("post", kernel::EntityId::from_code("post", "county.duty"));
    assert_eq!(kept["heard_by"]["value"], json!(own.to_string()));
}

#[test]
fn what_the_program_computes_is_not_told_by_a_client() {
    let node = Node::new();
    let duty = node.person("county.duty");
    for (kind, verb) in [
        ("relief_plan", "draft"),
        ("relief_plan", "put_in_force"),
        ("delivery_order", "issue"),
        ("pool", "spend"),
    ] {
        duty.command(kind, None, verb, json!({})).refused(403, "by-the-program");
    }
    let judged = json!({"judgement": {"grade": "general", "missing": []}});
    let inspector = node.person("inspector.1");
    let danger = first(&inspector, "danger");
    inspector.command("danger", Some(&danger), "determine", judged).refused(403, "by-the-program");
}

#[test]
fn an_order_is_driven_by_the_team_whose_vehicle_it_is() {
    let node = Node::new();
    approved(&node);
    let duty = node.person("county.duty");
    let drafted = duty.post("/event/open/relief", &json!({})).good();
    let commander = node.person("county.commander");
    let plan = json!({"plan": drafted["plan"]});
    let issued = commander.post("/event/open/relief/issue", &plan).good();
    let mut waiting: BTreeSet<String> = issued["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order.as_str().unwrap().to_owned())
        .collect();
    assert!(!waiting.is_empty());
    for account in duty.read("/session")["accounts"].as_array().unwrap() {
        let driver = node.person(account["account"].as_str().unwrap());
        for order in driver.read("/mine")["orders"].as_array().unwrap() {
            if waiting.remove(order["ref"].as_str().unwrap()) {
                let id = order["id"].as_str().unwrap();
                driver.command("delivery_order", Some(id), "accept", json!({})).good();
            }
        }
    }
    assert_eq!(waiting, BTreeSet::new(), "nobody drives these");
}

#[test]
fn a_node_without_a_plan_of_its_own_lists_those_above_and_asks_for_no_level() {
    let county = Node::new();
    let beside = std::path::PathBuf::from(format!("{}-township", county.dir().display()));
    let township = Node::of(&beside);
    let duty = township.person("township.1.duty");
    let level = duty.read("/event/open/level");
    assert_eq!(level["proposal"], Json::Null);
    let above: Vec<&str> =
        level["above"].as_array().unwrap().iter().filter_map(|a| a["place"].as_str()).collect();
    assert!(above.contains(&"990102000000"), "{above:?}");
    let moved = |reader: &Person<'_>| reader.read("/event/open/impact")["moved"]["value"].clone();
    assert_eq!(moved(&duty), moved(&county.person("county.duty")), "of the event, not of the node");
    let steps = |duty: &crate::client::Person<'_>| -> Vec<String> {
        let steps = duty.read("/exercise")["steps"].as_array().unwrap().clone();
        steps.iter().filter_map(|s| s["key"].as_str().map(str::to_owned)).collect()
    };
    assert!(!steps(&duty).contains(&"propose".to_owned()));
    assert!(steps(&county.person("county.duty")).contains(&"propose".to_owned()));
}

#[test]
fn a_call_that_is_passed_on_is_not_reached_and_the_first_may_still_answer() {
    let node = Node::sized("county");
    let duty = node.person("county.duty");
    let board = || duty.read("/event/open/calls");
    let before = board();
    let cells = before["cells"].as_array().unwrap().clone();
    let silent = cells.iter().find(|c| c["state"] == "NoAnswer").expect("a call without an answer");
    assert!(silent["read_out"].as_str().is_some_and(|told| !told.is_empty()), "what is told");
    let late = cells.iter().filter(|c| c["late"] == true).count() as u64;
    assert_eq!(before["late"].as_u64(), Some(late));
    let call = silent["ref"].as_str().unwrap().trim_start_matches("callout:").to_owned();
    let to = kernel::Ref::new("post", kernel::EntityId::from_code("post", "county.deputy"));
    let nobody = json!({"escalated_to": "post:0000000000000000"});
    duty.command("callout", Some(&call), "escalate", nobody).refused(422, "unknown-body");
    let escalate = json!({"escalated_to": to});
    duty.command("callout", Some(&call), "escalate", escalate).good();
    let after = board();
    assert_eq!(after["silent"], before["silent"], "passed on is not reached");
    let cells = after["cells"].as_array().unwrap().clone();
    let state = |call: &str| {
        let cell = cells.iter().find(|c| c["ref"] == format!("callout:{call}").as_str());
        cell.unwrap()["state"].clone()
    };
    assert_eq!(state(&call), "Escalated");
    // Whoever was called first may still answer.
    let answer = json!({"answered_as": "holder", "repeated": "read back"});
    duty.command("callout", Some(&call), "acknowledge", answer).good();
    assert_eq!(board()["acknowledged"].as_u64(), before["acknowledged"].as_u64().map(|n| n + 1));
}
