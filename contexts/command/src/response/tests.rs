use ledger::{Entity, View};
use serde_json::{Value as Json, json};

use super::{Level, PROPOSAL, Response, level};
use crate::Plan;
use crate::desk::{Desk, view};

const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn proposed() -> View {
    let proposal = json!({"level": "level_2", "table_hash": HASH, "evaluation": HASH});
    let plan = json!(two_people(true).reference().to_string());
    let fields = [
        ("proposal", proposal),
        ("plan", plan),
        ("place", json!("990102000000")),
        ("hazard_kind", json!("flood")),
    ];
    view::<Response>(1, Some("Proposed"), &fields)
}

fn two_people(asked: bool) -> View {
    view::<Plan>(5, Some("InForce"), &[("two_people", json!(asked))])
}

fn decide(changes: Json) -> Json {
    let mut args = json!({
        "place": "990102000000", "hazard_kind": "flood", "event": "event:0000000000000002",
        "level": {"level": "level_2"}, "matter": "青溪洪涝", "expected_term": "48 小时",
        "measures": ["转移低洼处群众"],
        "approval": {
            "mode": "console", "approved_by": "post:0000000000000011",
            "approved_at": "2026-07-23T02:56:00Z"
        }
    });
    for (name, value) in changes.as_object().unwrap() {
        args[name] = value.clone();
    }
    args
}

fn refusal(desk: Desk, changes: Json) -> String {
    desk.refusal::<Response>(&proposed(), "decide", decide(changes))
}

#[test]
fn who_proposed_a_level_does_not_approve_it() {
    let desk = |account| Desk::of(account).knows(two_people(true)).wrote(PROPOSAL, "county.duty");
    assert_eq!(refusal(desk("county.duty"), json!({})), "approver-proposed-it");
    assert_eq!(refusal(desk("county.commander"), json!({})), "");
    let alone = Desk::of("county.duty").knows(two_people(false)).wrote(PROPOSAL, "county.duty");
    assert_eq!(refusal(alone, json!({})), "", "the plan asks for one person");
    let unknown = Desk::of("county.duty").wrote(PROPOSAL, "county.duty");
    assert_eq!(refusal(unknown, json!({})), "approver-proposed-it", "deny on any doubt");
}

#[test]
fn a_proposal_of_an_earlier_episode_starts_nothing() {
    let mut again = proposed();
    let monitoring = view::<Response>(1, Some("Monitoring"), &[]);
    let state = monitoring.fields[&ledger::entity::VERB].clone();
    again.fields.insert(ledger::entity::VERB, state);
    let desk =
        || Desk::of("county.commander").knows(two_people(true)).wrote(PROPOSAL, "county.duty");
    let start = |args| desk().refusal::<Response>(&again, "decide", args);
    assert_eq!(start(decide(json!({}))), "nobody-proposed-it");
    let mut of_another = decide(json!({}));
    of_another["plan"] = json!("plan:0000000000000099");
    assert_eq!(start(of_another), "nobody-proposed-it", "nor under a plan that is none");
    assert_eq!(desk().refusal::<Response>(&proposed(), "decide", decide(json!({}))), "");
}

#[test]
fn an_approval_by_telephone_names_who_heard_it() {
    let by = |heard: Json| {
        let approval = json!({
            "mode": "telephone", "approved_by": "post:0000000000000011",
            "approved_at": "2026-07-23T02:56:00Z", "heard_by": heard
        });
        refusal(Desk::of("county.commander"), json!({"approval": approval}))
    };
    assert_eq!(by(json!(null)), "telephone-approval-incomplete");
    assert_eq!(by(json!("post:0000000000000011")), "telephone-approval-heard-by-self");
    assert_eq!(by(json!("post:0000000000000012")), "");
}

#[test]
fn another_level_than_proposed_needs_a_reason() {
    let desk = || Desk::of("county.commander");
    let other = json!({"level": {"level": "level_3"}});
    assert_eq!(refusal(desk(), other), "level-differs-without-reason");
    let said = json!({"level": {"level": "level_3"}, "basis": "降雨已停"});
    assert_eq!(refusal(desk(), said), "");
    assert_eq!(refusal(desk(), json!({"level": {}})), "level-missing");
}

#[test]
fn a_change_that_nobody_proposed_needs_a_reason() {
    let running = view::<Response>(1, Some("Active"), &[]);
    let alone = || Desk::of("county.commander").knows(two_people(false));
    let mut args = decide(json!({"basis": " "}));
    for gone in ["event", "matter"] {
        args.as_object_mut().unwrap().remove(gone);
    }
    let plan = |mut view: ledger::View| {
        let own = super::PLAN;
        view.fields.insert(own, proposed().fields[&own].clone());
        view
    };
    let adjust =
        |args: &Json| alone().refusal::<Response>(&plan(running.clone()), "adjust", args.clone());
    assert_eq!(adjust(&args), "level-without-reason");
    args["basis"] = json!("the dyke holds");
    assert_eq!(adjust(&args), "");
}

#[test]
fn what_was_proposed_reads_as_a_level() {
    assert_eq!(super::proposed(&proposed()), Some(2));
    assert_eq!(super::proposed(&view::<Response>(1, Some("Monitoring"), &[])), None);
}

#[test]
fn a_proposal_brings_the_evidence_it_rests_on() {
    let seen = view::<Response>(1, Some("Monitoring"), &[]);
    let mut args = json!({
        "place": "990102000000", "hazard_kind": "flood", "event": "event:0000000000000002",
        "proposal": {"level": "level_2", "table_hash": HASH}
    });
    let desk = Desk::of("county.duty");
    let refused = "proposal-without-evidence";
    assert_eq!(desk.refusal::<Response>(&seen, "propose", args.clone()), refused);
    args["proposal"]["evaluation"] = json!(HASH);
    assert_eq!(desk.refusal::<Response>(&seen, "propose", args), "");
}

#[test]
fn level_one_is_the_most_severe() {
    let of = |name: &str| {
        let value = json!({"level": name, "places": ["990102103000"]});
        level(&view::<Response>(1, Some("Active"), &[("level", value)])).unwrap()
    };
    let places = vec![kernel::PlaceCode(990_102_103_000)];
    assert_eq!(of("level_1"), Level { level: 1, places });
    assert_eq!(of("level_4").level, 4);
    assert_eq!(level(&view::<Response>(1, Some("Monitoring"), &[])), None);
}

#[test]
fn a_response_keeps_its_place_and_hazard() {
    let other = json!({"place": "990103000000"});
    assert_eq!(refusal(Desk::of("county.commander"), other), "response-of-another-place");
    let args = json!({"place": "990102000000", "hazard_kind": "flood"});
    let code = Response::public_code(args.as_object().unwrap());
    assert_eq!(code.as_deref(), Some("990102000000/flood"));
}
