//! What a response asks of a command beyond shapes and steps.

use kernel::{CLOCKS_DIFFER_MAX_MS, Ref};
use ledger::entity::{PLACE, VERB};
use ledger::{Command, Ctx, Refusal, Shape, View};
use serde_json::Value as Json;

use super::{HAZARD_KIND, PLAN, PROPOSAL};
use crate::plan;

const APPROVAL: &str = "house, decision 10";
/// Number of the state of a proposal that waits for its decision.
const PROPOSED: i64 = 2;
/// Number of the state in which its end was proposed.
const END_PROPOSED: i64 = 6;

/// Refuses a proposal without its evidence, a decision without who and when, a level other than the
/// proposed one without a reason, and an approval by who proposed it where the plan wants two.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    same_response(view, command)?;
    as_seen(view, command)?;
    if let Some(proposal) = command.args.get("proposal") {
        let has = |part: &str| proposal.get(part).is_some_and(|p| !p.is_null());
        if !(has("level") && has("table_hash") && has("evaluation")) {
            return Err(Refusal::new("proposal-without-evidence", "house, decision 23"));
        }
    }
    match command.verb.as_str() {
        "decide" | "adjust" => {
            approved(command, cx)?;
            as_proposed(view, command)?;
            two_people(view, command, cx)
        }
        "end" => {
            approved(command, cx)?;
            two_people(view, command, cx)
        }
        "activate" | "decline" if command.args.contains_key("approval") => approved(command, cx),
        _ => Ok(()),
    }
}

/// Who decides decides on what they saw: a proposal or decision that came meanwhile is looked at
/// first.
fn as_seen(view: &View, command: &Command) -> Result<(), Refusal> {
    let decides = matches!(command.verb.as_str(), "monitor" | "decide" | "adjust");
    let Some(seen) = command.seen.as_ref().filter(|_| decides) else { return Ok(()) };
    match view.rests_on(seen) {
        true => Ok(()),
        false => Err(Refusal::new("response-changed", APPROVAL)),
    }
}

/// Place and hazard kind name the response; they never change.
fn same_response(view: &View, command: &Command) -> Result<(), Refusal> {
    let other = |name: &str, number: u8| {
        let field = super::FIELDS.iter().find(|f| f.name == name);
        let said = command.args.get(name).zip(field).map(|(j, f)| f.shape.read(name, j));
        matches!((said, view.get(number)), (Some(Ok(said)), Some(was)) if said != *was)
    };
    if other("place", PLACE) || other("hazard_kind", HAZARD_KIND) {
        return Err(Refusal::new("response-of-another-place", "house, decision 12"));
    }
    Ok(())
}

fn approved(command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let approval = command.args.get("approval").unwrap_or(&Json::Null);
    let has = |part: &str| approval.get(part).is_some_and(|p| !p.is_null());
    if !(has("mode") && has("approved_by") && has("approved_at")) {
        return Err(Refusal::new("approval-incomplete", APPROVAL));
    }
    let mode = approval.get("mode").and_then(Json::as_str);
    if mode == Some("telephone") && !has("heard_by") {
        return Err(Refusal::new("telephone-approval-incomplete", APPROVAL));
    }
    if mode == Some("telephone") && approval.get("heard_by") == approval.get("approved_by") {
        return Err(Refusal::new("telephone-approval-heard-by-self", APPROVAL));
    }
    let at = approval.get("approved_at");
    let at = at.and_then(|at| Shape::Instant.read("approved_at", at).ok()?.as_int());
    // Who presses approves at that moment, by the clock of the screen.
    let within = CLOCKS_DIFFER_MAX_MS.unsigned_abs() / 1000;
    let off = at.is_none_or(|at| at.abs_diff(cx.now.seconds().0) > within);
    if mode == Some("console") && off {
        return Err(Refusal::new("approval-not-now", APPROVAL));
    }
    Ok(())
}

/// The level is there, and departs from the proposed one only with a reason.
fn as_proposed(view: &View, command: &Command) -> Result<(), Refusal> {
    let level = command.args.get("level").and_then(|l| l.get("level")).and_then(Json::as_str);
    let Some(level) = level else {
        return Err(Refusal::new("level-missing", "ERL art. 72"));
    };
    let proposed = super::parts::proposed_code(view);
    let basis = command.args.get("basis").and_then(Json::as_str).unwrap_or_default();
    if command.verb == "adjust" && proposed.is_none() && basis.trim().is_empty() {
        return Err(Refusal::new("level-without-reason", "domain, §4.2").with("level", level));
    }
    // What was put forward before the level in force is decided already.
    if command.verb == "adjust" && proposed == Some(level) && basis.trim().is_empty() {
        let refusal = Refusal::new("level-changed-without-reason", "domain, §4.2");
        return Err(refusal.with("level", level));
    }
    if proposed.is_some_and(|p| p != level) && basis.trim().is_empty() {
        return Err(Refusal::new("level-differs-without-reason", "domain, §4.2")
            .with("proposed", proposed.unwrap_or_default())
            .with("level", level));
    }
    Ok(())
}

/// Where the plan asks for two people, or is not known, who proposed does not decide; where it asks
/// for them, a start needs a proposal of this episode. The plan in force for place and hazard says
/// so, whatever plan a command names or leaves out.
fn two_people(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let plan = in_force(view, command, cx).or_else(|| view.reference_in(PLAN));
    let rule = plan.and_then(|p| cx.lookup.view(&p).get(plan::TWO_PEOPLE).cloned());
    if rule == Some(ledger::Value::Bool(false)) {
        return Ok(());
    }
    if command.verb == "end" {
        return ends_for_another(view, cx, rule == Some(ledger::Value::Bool(true)));
    }
    let winners = view.fields.get(&PROPOSAL).map(|f| f.winners.as_slice()).unwrap_or_default();
    // The field keeps what an earlier episode proposed; the state does not.
    let stale = command.verb == "decide" && view.int(VERB) != Some(PROPOSED);
    if rule == Some(ledger::Value::Bool(true)) && (winners.is_empty() || stale) {
        return Err(Refusal::new("nobody-proposed-it", APPROVAL));
    }
    let own = winners.iter().filter_map(|op| (cx.author)(op)).any(|a| a == cx.actor.account);
    // A proposal that was decided as it stood is no proposal of the next change.
    let decided =
        command.verb == "adjust" && super::level(view).map(|l| l.level) == super::proposed(view);
    if own && !decided {
        let by_telephone = command.args.get("approval").is_some_and(|a| a["mode"] == "telephone");
        let refusal = match by_telephone {
            true => Refusal::new("telephone-approver-proposed-it", APPROVAL),
            false => Refusal::new("approver-proposed-it", APPROVAL),
        };
        return Err(refusal.with("account", &cx.actor.account));
    }
    Ok(())
}

/// Who proposed to end does not end; where the plan asks for two people somebody has proposed it.
fn ends_for_another(view: &View, cx: &Ctx<'_>, two: bool) -> Result<(), Refusal> {
    let proposed = view.int(VERB) == Some(END_PROPOSED);
    if two && !proposed {
        return Err(Refusal::new("nobody-proposed-the-end", APPROVAL));
    }
    let winners = view.fields.get(&VERB).map(|f| f.winners.as_slice()).unwrap_or_default();
    let own = winners.iter().filter_map(|op| (cx.author)(op)).any(|a| a == cx.actor.account);
    match proposed && own {
        true => Err(Refusal::new("ender-proposed-it", APPROVAL).with("account", &cx.actor.account)),
        false => Ok(()),
    }
}

/// The plan in force of the response's own place and hazard.
fn in_force(view: &View, command: &Command, cx: &Ctx<'_>) -> Option<Ref> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str).map(str::to_owned);
    let place: kernel::PlaceCode = text("place")?.parse().ok()?;
    let hazard = text("hazard_kind").or_else(|| {
        let field = super::FIELDS.iter().find(|f| f.number == HAZARD_KIND)?;
        field.shape.show(view.get(HAZARD_KIND)?).as_str().map(str::to_owned)
    })?;
    let own = |plan: &View| {
        plan.int(PLACE).and_then(|p| u64::try_from(p).ok()) == Some(place.0)
            && plan.int(VERB) == Some(plan::IN_FORCE)
    };
    let found = cx.lookup.find("plan", "hazard_kind", &hazard);
    found.into_iter().find(|plan| own(&cx.lookup.view(plan)))
}
