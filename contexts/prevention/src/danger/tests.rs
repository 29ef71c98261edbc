use std::collections::BTreeMap;

use ledger::entity::VERB;
use ledger::{Entity, Value, View};
use serde_json::{Value as Json, json};

use super::{Danger, FIXED, JUDGEMENT, REVIEW, SECOND_REVIEW};
use crate::desk::{Desk, view};

const PHOTO: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

const AFTER: &str = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

fn plan() -> Json {
    json!({"goal": "恢复报警", "methods": "更换", "approved_by": "post:0000000000000019"})
}

fn judgement(grade: &str) -> Json {
    json!({"grade": grade, "criterion": "IT-12", "table": "prevention/hazchem", "version": "3"})
}

fn fixed() -> Json {
    json!({
        "done": "更换液位报警器", "before": [PHOTO], "after": [AFTER],
        "fixer": "person:0000000000000021"
    })
}

fn danger(state: &str, grade: &str, more: &[(&str, Json)]) -> View {
    let mut fields = vec![("judgement", judgement(grade)), ("fixed", fixed())];
    fields.extend(more.iter().cloned());
    view::<Danger>(1, Some(state), &fields)
}

#[test]
fn who_fixed_it_neither_reviews_nor_signs_off() {
    let own = Desk::of("hongda.safety").wrote(FIXED, "hongda.safety");
    let asked = danger("ReviewRequested", "general", &[]);
    let opinion = json!({"review": {"opinion": "报警器工作正常"}});
    assert_eq!(own.refusal::<Danger>(&asked, "pass", opinion.clone()), "reviewer-fixed-it");
    let passed = danger("Passed", "general", &[]);
    assert_eq!(own.refusal::<Danger>(&passed, "sign_off", json!({})), "signer-fixed-it");
    let other = Desk::of("inspector.he").wrote(FIXED, "hongda.safety");
    assert_eq!(other.refusal::<Danger>(&asked, "pass", opinion), "");
    assert_eq!(other.refusal::<Danger>(&passed, "sign_off", json!({})), "");
}

#[test]
fn who_is_named_as_the_fixer_does_not_sign_off_from_another_account() {
    let mut desk = Desk::of("county.inspector").wrote(FIXED, "hongda.safety");
    desk.actor.person = "person:0000000000000021".parse().ok();
    let passed = danger("Passed", "general", &[]);
    assert_eq!(desk.refusal::<Danger>(&passed, "sign_off", json!({})), "signer-fixed-it");
    let post = kernel::EntityId::from_code("post", "county.inspector");
    let mut by_post = fixed();
    by_post["fixer"] = json!(kernel::Ref::new("post", post));
    let passed = view::<Danger>(
        1,
        Some("Passed"),
        &[("judgement", judgement("general")), ("fixed", by_post)],
    );
    desk.actor.person = None;
    assert_eq!(desk.refusal::<Danger>(&passed, "sign_off", json!({})), "signer-fixed-it");
}

#[test]
fn a_major_one_is_passed_by_two() {
    let desk = |who: &str| {
        Desk::of(who)
            .wrote(FIXED, "hongda.safety")
            .wrote(REVIEW, "inspector.he")
            .wrote(SECOND_REVIEW, "expert.wu")
    };
    let opinion = json!({"opinion": "现场复查合格"});
    let once = danger("Passed", "major", &[("review", opinion.clone())]);
    let signer = desk("county.chief");
    let refused = "major-needs-two-reviewers";
    assert_eq!(signer.refusal::<Danger>(&once, "sign_off", json!({})), refused);
    let again = json!({"second_review": opinion});
    let first = desk("inspector.he");
    let same = "second-reviewer-is-the-first";
    assert_eq!(first.refusal::<Danger>(&once, "second_pass", again.clone()), same);
    assert_eq!(desk("expert.wu").refusal::<Danger>(&once, "second_pass", again), "");
    let both = [("review", opinion.clone()), ("second_review", opinion)];
    let unplanned = danger("Passed", "major", &both);
    let refused = "major-plan-not-approved";
    assert_eq!(signer.refusal::<Danger>(&unplanned, "sign_off", json!({})), refused);
    let planned = [both.as_slice(), &[("plan", plan())]].concat();
    let twice = danger("Passed", "major", &planned);
    assert_eq!(signer.refusal::<Danger>(&twice, "sign_off", json!({})), "");
}

#[test]
fn undetermined_counts_as_major_and_is_never_signed_off() {
    let desk = Desk::of("county.chief");
    let passed = danger("Passed", "undetermined", &[]);
    assert_eq!(desk.refusal::<Danger>(&passed, "sign_off", json!({})), "danger-undetermined");
    let ordered = danger("Ordered", "undetermined", &[]);
    assert_eq!(desk.refusal::<Danger>(&ordered, "start", json!({})), "major-plan-not-approved");
    let general = danger("Ordered", "general", &[]);
    assert_eq!(desk.refusal::<Danger>(&general, "start", json!({})), "");
}

#[test]
fn a_major_grade_falls_only_by_a_second_person() {
    let major = danger("Determined", "major", &[]);
    let lower = json!({"judgement": judgement("general")});
    let same = Desk::of("inspector.he").wrote(JUDGEMENT, "inspector.he");
    let refused = "major-lowered-by-one";
    assert_eq!(same.refusal::<Danger>(&major, "determine", lower.clone()), refused);
    let other = Desk::of("expert.wu").wrote(JUDGEMENT, "inspector.he");
    assert_eq!(other.refusal::<Danger>(&major, "determine", lower), "");
}

#[test]
fn a_judgement_says_what_it_rests_on() {
    let recorded = view::<Danger>(1, Some("Recorded"), &[]);
    let desk = Desk::of("inspector.he");
    let refusal = |judgement: Json| {
        desk.refusal::<Danger>(&recorded, "determine", json!({"judgement": judgement}))
    };
    assert_eq!(refusal(json!({"grade": "major"})), "judgement-incomplete");
    assert_eq!(refusal(judgement("undetermined")), "judgement-incomplete", "what is missing?");
    let mut open = judgement("undetermined");
    open["missing"] = json!(["alarm_works"]);
    assert_eq!(refusal(open), "");
}

#[test]
fn an_order_fixes_all_five() {
    let determined = danger("Determined", "general", &[]);
    let desk = Desk::of("inspector.he");
    let mut fixings = json!({
        "measure": "更换报警器", "funds": 8000000, "deadline_at": "2026-11-26T00:00:00Z",
        "person": "person:0000000000000021", "emergency_plan": "专人值守"
    });
    let order = |f: &Json| json!({"five_fixings": f});
    assert_eq!(desk.refusal::<Danger>(&determined, "order", order(&fixings)), "");
    fixings["emergency_plan"] = json!("");
    let refused = "five-fixings-incomplete";
    assert_eq!(desk.refusal::<Danger>(&determined, "order", order(&fixings)), refused);
}

#[test]
fn fixed_means_before_and_after() {
    let seen = danger("InRectification", "general", &[]);
    let desk = Desk::of("hongda.safety");
    let mut args = json!({"fixed": fixed()});
    assert_eq!(desk.refusal::<Danger>(&seen, "self_accept", args.clone()), "");
    let major = danger("InRectification", "major", &[]);
    let refused = "major-plan-not-approved";
    assert_eq!(desk.refusal::<Danger>(&major, "self_accept", args.clone()), refused);
    let major = danger("InRectification", "major", &[("plan", plan())]);
    assert_eq!(desk.refusal::<Danger>(&major, "self_accept", args.clone()), "");
    args["fixed"]["after"] = json!([AFTER, PHOTO]);
    let refused = "same-photo-before-and-after";
    assert_eq!(desk.refusal::<Danger>(&seen, "self_accept", args.clone()), refused);
    args["fixed"]["before"] = json!([]);
    assert_eq!(desk.refusal::<Danger>(&seen, "self_accept", args), "fixed-without-proof");
}

#[test]
fn the_work_is_told_by_people_of_the_body_and_a_plan_approved_elsewhere_by_its_document() {
    let mut desk = Desk::of("hongda.safety");
    desk.actor.organisation = "organisation:0000000000000031".parse().ok();
    let own = [("at", json!("organisation:0000000000000031"))];
    let other = [("at", json!("organisation:0000000000000032"))];
    let begun = |at: &[(&str, Json)]| danger("InRectification", "general", at);
    let args = json!({"fixed": fixed()});
    assert_eq!(desk.refusal::<Danger>(&begun(&own), "self_accept", args.clone()), "");
    let refused = "not-of-this-enterprise";
    assert_eq!(desk.refusal::<Danger>(&begun(&other), "self_accept", args), refused);

    let ordered = danger("Ordered", "major", &[]);
    let inspector = Desk::of("inspector.he");
    let named = json!({"plan": plan()});
    let refused = "plan-approved-elsewhere";
    assert_eq!(inspector.refusal::<Danger>(&ordered, "approve_plan", named.clone()), refused);
    let mut shown = named.clone();
    shown["plan"]["document"] = json!(PHOTO);
    assert_eq!(inspector.refusal::<Danger>(&ordered, "approve_plan", shown), "");
    let mut own = named;
    let post = kernel::EntityId::from_code("post", "inspector.he");
    own["plan"]["approved_by"] = json!(kernel::Ref::new("post", post));
    assert_eq!(inspector.refusal::<Danger>(&ordered, "approve_plan", own), "");
}

#[test]
fn a_new_round_of_review_has_no_opinions_yet() {
    let body = BTreeMap::from([(u64::from(VERB), Value::from(8u64))]);
    let writes = Danger::writes(&body);
    assert!(
        writes.contains(&(REVIEW, Value::Null)) && writes.contains(&(SECOND_REVIEW, Value::Null))
    );
    let asked = Danger::VERBS.iter().find(|v| v.number == 8).unwrap();
    assert_eq!(asked.name, "ask_review");
    let opinion = json!({"opinion": "现场复查合格"});
    let fields = [("review", opinion), ("second_review", json!(null))];
    let again = danger("Passed", "major", &fields);
    let refused = "major-needs-two-reviewers";
    assert_eq!(Desk::of("county.chief").refusal::<Danger>(&again, "sign_off", json!({})), refused);
}

#[test]
fn a_major_one_keeps_its_grade_once_passed_and_is_not_closed_by_who_lowered_it() {
    let lower = json!({"judgement": judgement("general")});
    let passed = danger("Passed", "major", &[]);
    let other = Desk::of("expert.wu").wrote(JUDGEMENT, "inspector.he");
    let refused = "major-lowered-when-passed";
    assert_eq!(other.refusal::<Danger>(&passed, "determine", lower), refused);
    // What was undetermined is judged when the answer comes, also then.
    let major = json!({"judgement": {"grade": "major", "table": "t", "version": "1",
        "criterion": "CH-1"}});
    let open = danger("Passed", "undetermined", &[]);
    assert_eq!(other.refusal::<Danger>(&open, "determine", major), "");

    let lowered = danger("Passed", "general", &[("plan", plan())]);
    let who = Desk::of("inspector.he").wrote(JUDGEMENT, "inspector.he");
    assert_eq!(who.refusal::<Danger>(&lowered, "sign_off", json!({})), "signer-lowered-it");
    assert_eq!(other.refusal::<Danger>(&lowered, "sign_off", json!({})), "");
}

#[test]
fn who_is_named_responsible_for_the_work_neither_passes_nor_closes_it() {
    let post = kernel::Ref::new("post", kernel::EntityId::from_code("post", "inspector.he"));
    let fixings = json!({
        "measure": "更换报警器", "funds": 8000000, "deadline_at": "2026-11-26T00:00:00Z",
        "person": post, "emergency_plan": "专人值守"
    });
    let asked = danger("ReviewRequested", "general", &[("five_fixings", fixings.clone())]);
    let review = json!({"review": {"opinion": "合格"}});
    let he = Desk::of("inspector.he");
    assert_eq!(he.refusal::<Danger>(&asked, "pass", review.clone()), "reviewer-fixed-it");
    assert_eq!(Desk::of("expert.wu").refusal::<Danger>(&asked, "pass", review), "");
    let passed = danger("Passed", "general", &[("five_fixings", fixings)]);
    assert_eq!(he.refusal::<Danger>(&passed, "sign_off", json!({})), "signer-fixed-it");
}
