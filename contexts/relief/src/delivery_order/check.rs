//! What a delivery order asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::{HANDED_OVER, LOTS, PACKS_KEY};

const SOURCE: &str = "domain, §10.6";

/// Refuses packs that do not add up, in the order and at the end, and verifying one's own
/// hand-over.
pub fn check(view: &View, command: &Command, cx: &Ctx<'_>) -> Result<(), Refusal> {
    match command.verb.as_str() {
        "issue" | "change" => adds_up(view, command),
        "hand_over" => {
            let brought = command.args.get("handed_over").unwrap_or(&Json::Null);
            let packs = |part: &str| brought.get(part).and_then(Json::as_i64);
            let (Some(received), Some(short), Some(damaged)) =
                (packs("received"), packs("short"), packs("damaged"))
            else {
                return Err(Refusal::new("hand-over-incomplete", SOURCE));
            };
            match view.int(PACKS_KEY) {
                Some(loaded) if loaded != received + short + damaged => {
                    Err(Refusal::new("hand-over-does-not-add-up", SOURCE)
                        .with("loaded", loaded)
                        .with("sum", received + short + damaged))
                }
                _ => Ok(()),
            }
        }
        "verify" => {
            let wrote = view.fields.get(&HANDED_OVER).map(|f| f.winners.as_slice());
            let authors = wrote.unwrap_or_default().iter().filter_map(|op| (cx.author)(op));
            if authors.into_iter().any(|a| a == cx.actor.account) {
                return Err(Refusal::new("verifier-handed-it-over", SOURCE));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The packs of the lots make the packs of the order; a change that brings one brings both.
fn adds_up(view: &View, command: &Command) -> Result<(), Refusal> {
    let lots = command.args.get("lots").and_then(Json::as_array);
    let packs = command.args.get("packs").and_then(Json::as_i64);
    let sum = match lots {
        Some(lots) => lots.iter().map(|l| l.get("packs").and_then(Json::as_i64)).sum(),
        None => lots_in(view),
    };
    let all = packs.or_else(|| view.int(PACKS_KEY));
    if (lots.is_some() || packs.is_some()) && (sum != all || sum.unwrap_or(0) == 0) {
        let said = |n: Option<i64>| n.map_or_else(|| "?".to_owned(), |n| n.to_string());
        return Err(Refusal::new("order-does-not-add-up", SOURCE)
            .with("packs", said(all))
            .with("sum", said(sum)));
    }
    Ok(())
}

fn lots_in(view: &View) -> Option<i64> {
    let lots = view.get(LOTS)?.as_list()?;
    lots.iter().map(|l| l.as_map()?.get(&2)?.as_int()).sum()
}
