//! What a task asks of a command beyond shapes and steps.

use kernel::Ref;
use ledger::entity::VERB;
use ledger::{Command, Ctx, Refusal, Value, View};
use serde_json::Value as Json;

// Lasting numbers of the directory's and the forces' fields that are read here.
const POST_ORGANISATION: u8 = 13;
const TEAM_ORGANISATION: u8 = 13;
const ORGANISATION_OWN_CHAIN_ONLY: u8 = 18;

/// Refuses an order to armed forces, blanks where a reason is due, and verifying one's own work.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let text = |name: &str| command.args.get(name).and_then(Json::as_str);
    if text("title").is_some_and(|t| t.trim().is_empty()) {
        return Err(Refusal::new("title-missing", "domain, §4.4"));
    }
    if ["reason", "result"].iter().any(|n| text(n).is_some_and(|t| t.trim().is_empty())) {
        return Err(Refusal::new("reason-missing", "house, decision 8"));
    }
    match command.verb.as_str() {
        "issue" => lawful_addressee(command, cx),
        "verify" => another_than_who_did_it(view, cx),
        _ => Ok(()),
    }
}

/// Armed forces are asked, never ordered: they are commanded by their own chain.
fn lawful_addressee(command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let to = command.args.get("addressee").and_then(Json::as_str);
    let Some(to) = to.and_then(|r| r.parse::<Ref>().ok()) else { return Ok(()) };
    let organisation = match to.kind.as_str() {
        "post" => cx.lookup.view(&to).reference_in(POST_ORGANISATION),
        "team" => cx.lookup.view(&to).reference_in(TEAM_ORGANISATION),
        _ => Some(to),
    };
    let own_chain = organisation
        .map(|o| cx.lookup.view(&o).get(ORGANISATION_OWN_CHAIN_ONLY).cloned())
        .is_some_and(|v| v == Some(Value::Bool(true)));
    let request = command.args.get("request").and_then(Json::as_bool) == Some(true);
    if own_chain && !request {
        return Err(Refusal::new("task-must-be-a-request", "domain, §2.4, F3"));
    }
    Ok(())
}

fn another_than_who_did_it(view: &View, cx: &Ctx<'_>) -> Result<(), Refusal> {
    let wrote_done = view.fields.get(&VERB).map(|f| f.winners.as_slice()).unwrap_or_default();
    let own = wrote_done.iter().filter_map(|op| (cx.author)(op)).any(|a| a == cx.actor.account);
    if own {
        return Err(
            Refusal::new("verifier-did-it", "domain, §15, 20").with("account", &cx.actor.account)
        );
    }
    Ok(())
}
