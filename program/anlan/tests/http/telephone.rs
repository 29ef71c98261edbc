//! A level decided by telephone: entered by the duty officer who heard it, counted as the decision
//! of who gave it, and shown as heard.

use kernel::{EntityId, Ref};
use serde_json::{Value as Json, json};

use crate::client::{Answer, Node, Person};

fn post(account: &str) -> Json {
    json!(Ref::new("post", EntityId::from_code("post", account)))
}

fn now(person: &Person<'_>) -> Json {
    person.read("/session")["clock"]["now"].clone()
}

/// The duty officer enters what somebody decided by telephone.
fn enter(duty: &Person<'_>, by: &str, more: Json) -> Answer {
    let mut body = json!({"level": 2, "approved_by": post(by), "approved_at": now(duty)});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    duty.post("/event/open/approve", &body)
}

#[test]
fn the_duty_officer_enters_what_the_commander_decided_by_telephone() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    let called = duty.read("/event/open/calls")["total"].as_u64().unwrap();
    let done = enter(&duty, "county.commander", json!({})).good();
    assert!(!done["tasks"].as_array().unwrap().is_empty(), "{done}");
    assert!(!done["calls"].as_array().unwrap().is_empty(), "{done}");
    let (commander, officer) = (node.person("county.commander"), duty.read("/session"));
    let commander = commander.read("/session")["person"].clone();
    let level = duty.read("/event/open/level");
    let in_force = &level["in_force"];
    assert_eq!((in_force["level"].as_i64(), &in_force["state"]), (Some(2), &json!("Active")));
    assert_eq!(in_force["by"], commander["zh"], "whose decision it is");
    assert_eq!(in_force["heard_by"], officer["person"], "who heard it");
    let tasks = duty.read("/event/open/tasks");
    assert_eq!(tasks["total"], done["tasks"].as_array().unwrap().len());
    let calls = done["calls"].as_array().unwrap().len() as u64;
    assert_eq!(duty.read("/event/open/calls")["total"], called + calls);
    let entries = duty.read("/ops?kind=response&limit=10");
    for verb in ["decide", "activate"] {
        let mut items = entries["items"].as_array().unwrap().iter();
        let entry = items.find(|o| o["verb"] == verb).unwrap();
        assert_eq!(
            (&entry["account"], &entry["state"]),
            (&json!("county.commander"), &json!("folded"))
        );
        assert_eq!(entry["heard_by"], officer["person"], "{verb}");
        let title = entry["title"]["en"].as_str().unwrap();
        assert!(title.contains("Telephone") && title.contains("Heard by"), "{title}");
    }
    let by = |kind: &str| duty.read(&format!("/ops?kind={kind}&limit=1"))["items"][0].clone();
    assert_eq!(by("task")["account"], "county.duty", "the rest is the officer's own act");
    assert_eq!(by("callout")["account"], "county.duty");
    let call = duty.read("/phone_log?limit=1")["items"][0].clone();
    assert_eq!(call["fields"]["caller_post"]["value"], post("county.commander"));
    assert_eq!(call["fields"]["what"]["post"], "county.duty");
    assert_eq!(duty.read("/verify")["good"], true);
    let node = node.again();
    let level = node.person("county.duty").read("/event/open/level");
    assert_eq!(level["in_force"]["level"], 2, "and counts when all is folded anew");
}

#[test]
fn an_approval_by_telephone_that_may_not_be_entered_says_why() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let none = json!({});
    enter(&duty, "county.commander", none.clone()).refused(422, "nobody-proposed-it");
    duty.post("/event/open/propose", &none).good();
    let refused = |by: &str, more: Json, code: &str| {
        let problem = enter(&duty, by, more).refused(422, code);
        assert!(!problem["title"]["zh"].as_str().unwrap().contains('{'), "{problem}");
        problem
    };
    refused("county.duty", none.clone(), "telephone-approval-heard-by-self");
    refused("township.1.head", none.clone(), "telephone-approver-elsewhere");
    let may_not = refused("county.verifier", none.clone(), "telephone-approver-may-not");
    let commander = node.person("county.commander").read("/session")["person"]["zh"].clone();
    assert!(may_not["detail"]["zh"].as_str().unwrap().contains(commander.as_str().unwrap()));
    refused("nobody.at.all", none.clone(), "telephone-approver-unknown");
    let at = |time: &str| json!({"approved_at": time});
    refused("county.commander", at("2030-01-01T00:00:00Z"), "telephone-approval-not-yet");
    refused("county.commander", at("2026-01-01T00:00:00Z"), "telephone-approval-too-old");
    refused("county.commander", json!({"approved_at": null}), "telephone-approval-without-time");
    let township = node.person("township.1.duty");
    enter(&township, "county.commander", none.clone()).refused(403, "not-your-place");
    let officer = node.person("village.1.1.officer");
    enter(&officer, "county.commander", none).refused(403, "no-right");
    assert_eq!(duty.read("/event/open/tasks")["total"], 0, "nothing of it was written");
    assert_eq!(duty.read("/phone_log")["total"], 0);
}

#[test]
fn who_proposed_a_level_does_not_approve_it_by_telephone_either() {
    let node = Node::new();
    node.person("county.commander").post("/event/open/propose", &json!({})).good();
    let duty = node.person("county.duty");
    enter(&duty, "county.commander", json!({})).refused(422, "telephone-approver-proposed-it");
    enter(&duty, "county.deputy", json!({})).good();
}

#[test]
fn an_approval_is_entered_by_who_heard_it_and_pressed_by_who_gives_it() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    let approve = |mode: &str, who: &Person<'_>, heard: Json| {
        let fields = json!({
            "place": "990102000000", "hazard_kind": "flood", "basis": "x",
            "approval": {"mode": mode, "approved_by": post("county.commander"),
                "approved_at": now(who), "heard_by": heard},
        });
        let level = who.read("/event/open/level")["response"].clone();
        who.command("response", level.as_str(), "decline", fields)
    };
    let other = approve("telephone", &duty, post("county.deputy"));
    other.refused(422, "telephone-approval-heard-by-another");
    let deputy = node.person("county.deputy");
    approve("console", &deputy, json!(null)).refused(422, "approved-by-another");
    approve("telephone", &duty, post("county.duty")).good();
    let level = duty.read("/event/open/level");
    assert_eq!(level["in_force"]["state"], "Monitoring", "the commander declined it");
}

#[test]
fn a_second_start_needs_a_proposal_of_its_own() {
    let node = Node::new();
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    head.post("/event/open/approve", &json!({"level": 2})).good();
    head.post("/event/open/approve", &json!({"level": 1}))
        .refused(422, "level-differs-without-reason");
    let shown = head.read("/event/open/level");
    let (response, event) = (shown["response"].clone(), head.read("/event")["items"][0].clone());
    let base = json!({"place": "990102000000", "hazard_kind": "flood"});
    let with = |more: Json| {
        let mut fields = base.clone();
        fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fields
    };
    let approval = json!({"mode": "console", "approved_by": post("county.commander"),
        "approved_at": now(&head)});
    let end = with(json!({"basis": "the water is down", "approval": approval}));
    let over = with(json!({"basis": "the water is down"}));
    duty.command("response", response.as_str(), "propose_end", over).good();
    head.command("response", response.as_str(), "end", end).good();
    let alone = json!({"level": 1, "basis": "alone"});
    head.post("/event/open/approve", &alone).refused(422, "nobody-proposed-it");
    head.command("response", response.as_str(), "monitor", base.clone()).good();
    let decide = with(json!({"event": event["ref"], "level": {"level": "level_1"}, "basis": "x",
        "matter": "x", "expected_term": "24 h", "measures": ["x"], "approval": approval}));
    let without_plan = head.command("response", response.as_str(), "decide", decide);
    without_plan.refused(422, "nobody-proposed-it");
    duty.post("/event/open/propose", &json!({})).good();
    head.post("/event/open/approve", &json!({"level": 2})).good();
}

/// A time so many minutes from one that the session told.
fn minutes_from(at: &Json, minutes: i64) -> Json {
    let at: kernel::UnixSeconds = at.as_str().unwrap().parse().unwrap();
    json!(kernel::UnixSeconds(at.0 + minutes * 60))
}

/// A step of the response in force that another decided elsewhere, entered by whoever heard it.
fn elsewhere(who: &Person<'_>, mode: &str, verb: &str, at: &Json, more: Json) -> Answer {
    let (by, heard) =
        (post("county.commander"), post(who.read("/session")["account"].as_str().unwrap()));
    let mut fields = json!({
        "place": "990102000000", "hazard_kind": "flood", "basis": "the commander said so",
        "approval": {"mode": mode, "approved_by": by, "approved_at": at, "heard_by": heard},
    });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let level = who.read("/event/open/level")["response"].clone();
    who.command("response", level.as_str(), verb, fields)
}

#[test]
fn an_approval_is_not_older_than_what_it_approves() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    let proposed = now(&duty);
    let early = json!({"approved_at": minutes_from(&proposed, -2)});
    let refused = enter(&duty, "county.commander", early).refused(422, "approval-before-proposal");
    assert!(refused["details"]["since"].is_string(), "{refused}");
    assert!(!refused["title"]["zh"].as_str().unwrap().contains('{'), "{refused}");
    let early = minutes_from(&proposed, -2);
    for mode in ["telephone", "paper", "meeting"] {
        let declined = elsewhere(&duty, mode, "decline", &early, json!({}));
        declined.refused(422, "approval-before-proposal");
    }
    assert_eq!(duty.read("/event/open/level")["in_force"]["state"], "Proposed");
    enter(&duty, "county.commander", json!({})).good();
}

#[test]
fn a_change_and_an_end_by_telephone_come_after_the_level_they_change() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    enter(&duty, "county.commander", json!({})).good();
    let decided = now(&duty);
    let (early, later) = (minutes_from(&decided, -2), minutes_from(&decided, 1));
    let other = json!({"level": {"level": "level_1"}});
    let old = elsewhere(&duty, "telephone", "adjust", &early, other.clone());
    old.refused(422, "approval-before-proposal");
    let old = elsewhere(&duty, "telephone", "end", &early, json!({}));
    old.refused(422, "approval-before-level");
    assert_eq!(duty.read("/event/open/level")["in_force"]["level"], 2, "nothing was written");
    elsewhere(&duty, "telephone", "adjust", &later, other).good();
    let in_force = duty.read("/event/open/level")["in_force"].clone();
    assert_eq!((&in_force["level"], &in_force["state"]), (&json!(1), &json!("Adjusted")));
    assert_eq!(in_force["heard_by"], duty.read("/session")["person"]);
    let told = |verb: &str| {
        let entries = duty.read("/ops?kind=response&limit=10");
        let mut items = entries["items"].as_array().unwrap().iter();
        items.find(|o| o["verb"] == verb).unwrap().clone()
    };
    assert_eq!(told("adjust")["account"], "county.commander", "whose decision it is");
    let calls = duty.read("/phone_log")["total"].clone();
    let response = duty.read("/event/open/level")["response"].clone();
    let over = json!({"place": "990102000000", "hazard_kind": "flood", "basis": "x"});
    duty.command("response", response.as_str(), "propose_end", over).good();
    let ended = elsewhere(&duty, "telephone", "end", &minutes_from(&decided, 2), json!({}));
    ended.good();
    assert_eq!(told("end")["account"], "county.commander");
    assert_eq!(duty.read("/event/open/level")["in_force"]["state"], "Ended");
    assert_eq!(duty.read("/phone_log")["total"], calls.as_i64().unwrap() + 1);
}

#[test]
fn a_paper_and_a_meeting_are_held_to_what_a_telephone_call_is_held_to() {
    let node = Node::new();
    let duty = node.person("county.duty");
    duty.post("/event/open/propose", &json!({})).good();
    let at = now(&duty);
    let heard = post("county.duty");
    let by = |name: &str| json!({"approved_by": post(name), "approved_at": at, "heard_by": heard});
    for mode in ["paper", "meeting"] {
        let with = |mut approval: Json, part: &str, value: Json| {
            approval["mode"] = json!(mode);
            approval[part] = value;
            elsewhere(&duty, mode, "decline", &at, json!({"approval": approval}))
        };
        let commander = || by("county.commander");
        let time = |at: &str| with(commander(), "approved_at", json!(at));
        time("2030-01-01T00:00:00Z").refused(422, "telephone-approval-not-yet");
        time("2026-01-01T00:00:00Z").refused(422, "telephone-approval-too-old");
        let verifier = post("county.verifier");
        let refused = with(commander(), "approved_by", verifier);
        refused.refused(422, "telephone-approver-may-not");
        let nobody = with(commander(), "approved_by", post("nobody.at.all"));
        nobody.refused(422, "telephone-approver-unknown");
        with(commander(), "heard_by", json!(null)).refused(422, "telephone-approval-incomplete");
        let deputy = with(commander(), "heard_by", post("county.deputy"));
        deputy.refused(422, "telephone-approval-heard-by-another");
        with(by("county.duty"), "mode", json!(mode)).refused(403, "no-right");
    }
    elsewhere(&duty, "paper", "decline", &at, json!({})).good();
    let entry = duty.read("/ops?kind=response&limit=1")["items"][0].clone();
    assert_eq!(
        (&entry["verb"], &entry["account"]),
        (&json!("decline"), &json!("county.commander"))
    );
    assert_eq!(entry["heard_by"], duty.read("/session")["person"]);
    let title = entry["title"]["en"].as_str().unwrap();
    assert!(title.contains("Paper") && title.contains("Heard by"), "{title}");
    assert_eq!(duty.read("/phone_log")["total"], 0, "a paper is no call");
    duty.post("/event/open/propose", &json!({})).good();
    let head = node.person("county.commander");
    let own = json!({"mode": "meeting", "approved_by": post("county.commander"),
        "approved_at": now(&head)});
    elsewhere(&head, "meeting", "decline", &at, json!({"approval": own})).good();
}
