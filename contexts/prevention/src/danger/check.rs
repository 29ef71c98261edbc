//! What a danger asks of a command beyond shapes and steps: evidence, and other people.

use kernel::Ref;
use ledger::entity::{VERB, post_of};
use ledger::{Command, Ctx, Refusal, Value, View};
use serde_json::Value as Json;

use super::{
    AT, FIVE_FIXINGS, FIXED, Grade, JUDGEMENT, PASSED, PLAN, PLAN_APPROVED, REVIEW, SECOND_REVIEW,
    grade,
};

const SOURCE: &str = "domain, §8.3";

/// Refuses what would close a danger without evidence, or by who fixed it.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    match command.verb.as_str() {
        "find" if !said(&Json::Object(command.args.clone()), "title") => {
            Err(Refusal::new("danger-without-title", "WSL art. 41"))
        }
        "record" => as_seen(view, command),
        "determine" => {
            as_seen(view, command)?;
            judged(view, part(command, "judgement"), cx)
        }
        "order" => five_fixings(part(command, "five_fixings")),
        "approve_plan" => plan_approved(part(command, "plan"), cx),
        "start" => {
            at_ones_own(view, cx)?;
            may_start(view)
        }
        "self_accept" => {
            at_ones_own(view, cx)?;
            has_plan(view)?;
            proven(part(command, "fixed"))
        }
        "ask_review" => at_ones_own(view, cx),
        "pass" | "fail" => not_the_fixer(view, cx, "reviewer-fixed-it"),
        "second_pass" => {
            not_the_fixer(view, cx, "reviewer-fixed-it")?;
            if wrote(view, REVIEW, cx) {
                return Err(Refusal::new("second-reviewer-is-the-first", SOURCE));
            }
            Ok(())
        }
        "sign_off" => may_sign_off(view, cx),
        _ => Ok(()),
    }
}

/// A plan says what and how, and who approved it: who signs, or another whom its document
/// shows.
fn plan_approved(plan: &Json, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let incomplete = Refusal::new("plan-incomplete", "R16 art. 15");
    has_all(plan, &["goal", "methods", "approved_by"], incomplete)?;
    let by: Option<Ref> = plan["approved_by"].as_str().and_then(|r| r.parse().ok());
    let own = by.is_some()
        && (by == cx.actor.organisation || by.as_ref() == Some(&post_of(&cx.actor.account)));
    if own || said(plan, "document") {
        return Ok(());
    }
    Err(Refusal::new("plan-approved-elsewhere", "R16 art. 15"))
}

/// What was done, with photographs before and after that are not the same.
fn proven(fixed: &Json) -> Result<(), Refusal> {
    let without = || Refusal::new("fixed-without-proof", "domain, §8.6");
    let photos = |name: &str| fixed.get(name).and_then(Json::as_array).cloned().unwrap_or_default();
    let (before, after) = (photos("before"), photos("after"));
    if before.is_empty() || after.is_empty() {
        return Err(without());
    }
    if after.iter().any(|photo| before.contains(photo)) {
        return Err(Refusal::new("same-photo-before-and-after", "domain, §8.6"));
    }
    has_all(fixed, &["done"], without())
}

/// The work at a body is told by its own people.
fn at_ones_own(view: &View, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let at = view.reference_in(AT).filter(|at| at.kind == "organisation");
    let other = at.zip(cx.actor.organisation.as_ref()).is_some_and(|(at, own)| at != *own);
    match other {
        true => Err(Refusal::new("not-of-this-enterprise", "R16 art. 8")),
        false => Ok(()),
    }
}

/// A danger that is or may be major has an approved plan, also where it was judged so when the work
/// had begun.
fn has_plan(view: &View) -> Result<(), Refusal> {
    match planned(view) || grade(view) == Some(Grade::General) {
        true => Ok(()),
        false => Err(Refusal::new("major-plan-not-approved", "R16 art. 15")),
    }
}

fn planned(view: &View) -> bool {
    view.get(PLAN).is_some_and(|plan| *plan != Value::Null)
}

fn part<'a>(command: &'a Command, name: &str) -> &'a Json {
    command.args.get(name).unwrap_or(&Json::Null)
}

fn has_all(part: &Json, names: &[&str], refusal: Refusal) -> Result<(), Refusal> {
    let missing = |name: &&&str| match part.get(**name) {
        None | Some(Json::Null) => true,
        Some(Json::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    match names.iter().find(missing) {
        Some(name) => Err(refusal.with("part", name)),
        None => Ok(()),
    }
}

/// Who judges judges on what they saw: what another judged meanwhile is looked at first.
fn as_seen(view: &View, command: &Command) -> Result<(), Refusal> {
    match command.seen.as_ref().is_none_or(|seen| view.rests_on(seen)) {
        true => Ok(()),
        false => Err(Refusal::new("danger-changed", SOURCE)),
    }
}

/// A grade comes with what it rests on, and falls from major only by a second person.
fn judged(view: &View, judgement: &Json, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let incomplete = Refusal::new("judgement-incomplete", SOURCE);
    has_all(judgement, &["grade", "table", "version"], incomplete.clone())?;
    let now = judgement.get("grade").and_then(Json::as_str).unwrap_or_default();
    let missing = judgement.get("missing").and_then(Json::as_array).map_or(0, Vec::len);
    if (now == "undetermined") != (missing > 0) {
        return Err(incomplete.with("part", "missing"));
    }
    if now == "major" {
        has_all(judgement, &["criterion"], incomplete)?;
    }
    let lowered = grade(view) == Some(Grade::Major) && now != "major";
    // Two pass it as the major one it is; what changes the grade after that sends it back first.
    if lowered && view.int(VERB) == Some(i64::from(PASSED)) {
        return Err(Refusal::new("major-lowered-when-passed", SOURCE));
    }
    if lowered && (wrote(view, JUDGEMENT, cx) || !said(judgement, "criterion")) {
        return Err(Refusal::new("major-lowered-by-one", SOURCE));
    }
    Ok(())
}

fn said(part: &Json, name: &str) -> bool {
    part.get(name).and_then(Json::as_str).is_some_and(|t| !t.trim().is_empty())
}

fn five_fixings(fixings: &Json) -> Result<(), Refusal> {
    let five = ["measure", "funds", "deadline_at", "person", "emergency_plan"];
    has_all(fixings, &five, Refusal::new("five-fixings-incomplete", "R16; domain, §8.3"))
}

/// Only a general danger is fixed without an approved plan.
fn may_start(view: &View) -> Result<(), Refusal> {
    let approved = view.int(VERB) == Some(i64::from(PLAN_APPROVED));
    if approved || grade(view) == Some(Grade::General) {
        return Ok(());
    }
    Err(Refusal::new("major-plan-not-approved", "R16 art. 15"))
}

fn may_sign_off(view: &View, cx: &Ctx<'_>) -> Result<(), Refusal> {
    not_the_fixer(view, cx, "signer-fixed-it")?;
    match grade(view) {
        // Only a major one has a plan: who lowered its grade is not the one who closes it.
        Some(Grade::General) if planned(view) && wrote(view, JUDGEMENT, cx) => {
            Err(Refusal::new("signer-lowered-it", SOURCE))
        }
        Some(Grade::General) => Ok(()),
        Some(Grade::Major) if second_review_stands(view, cx) => has_plan(view),
        Some(Grade::Major) => Err(Refusal::new("major-needs-two-reviewers", SOURCE)),
        Some(Grade::Undetermined) | None => Err(Refusal::new("danger-undetermined", SOURCE)),
    }
}

/// A second opinion of the present round, by another person than the first.
fn second_review_stands(view: &View, cx: &Ctx<'_>) -> bool {
    let authors = |number| {
        let winners = view.fields.get(&number).map(|f| f.winners.as_slice());
        let authors = winners.unwrap_or_default().iter().filter_map(|op| (cx.author)(op));
        authors.collect::<Vec<_>>()
    };
    let (first, second) = (authors(REVIEW), authors(SECOND_REVIEW));
    view.get(SECOND_REVIEW).is_some_and(|v| *v != Value::Null)
        && !second.iter().any(|a| first.contains(a))
}

/// Who fixed it by the record, or is named as the fixer or as the one responsible, is somebody
/// else. Key 4 is the person in both parts.
fn not_the_fixer(view: &View, cx: &Ctx<'_>, code: &str) -> Result<(), Refusal> {
    let named =
        |field: u8| -> Option<Ref> { view.get(field)?.as_map()?.get(&4)?.as_text()?.parse().ok() };
    let is_actor = |n: Ref| Some(&n) == cx.actor.person.as_ref() || n == post_of(&cx.actor.account);
    let own = [FIXED, FIVE_FIXINGS].into_iter().filter_map(named).any(is_actor);
    if own || wrote(view, FIXED, cx) {
        return Err(Refusal::new(code, SOURCE).with("account", &cx.actor.account));
    }
    Ok(())
}

fn wrote(view: &View, field: u8, cx: &Ctx<'_>) -> bool {
    let winners = view.fields.get(&field).map(|f| f.winners.as_slice()).unwrap_or_default();
    winners.iter().filter_map(|op| (cx.author)(op)).any(|a| a == cx.actor.account)
}
