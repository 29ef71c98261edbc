//! What a pool asks of a command beyond shapes: nothing is promised that is not there.

use kernel::OpId;
use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::{Balance, Spend, balance};

const SOURCE: &str = "sync, §10";

/// Refuses what is not of the present epoch, and more than there is.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let balance = balance(view);
    if command.verb == "open" {
        return opens(&balance, part(command, "opening"));
    }
    let name = match command.verb.as_str() {
        "take_in" => "intake",
        "spend" => "spend",
        "take_back" => "back",
        _ => "out",
    };
    let brought = part(command, name);
    let packs = brought.get("packs").and_then(Json::as_i64).unwrap_or(0);
    if packs == 0 {
        return Err(Refusal::new("pool-of-nothing", SOURCE));
    }
    if balance.epoch.is_none() || op(brought, "epoch") != balance.epoch {
        return Err(Refusal::new("pool-other-epoch", SOURCE));
    }
    match name {
        "intake" => Ok(()),
        "spend" => {
            let task = brought.get("task").is_some_and(|t| !t.is_null());
            if !task {
                return Err(Refusal::new("pool-spend-unnamed", SOURCE));
            }
            enough(balance.may_promise(), packs)
        }
        _ => {
            let spend = op(brought, "spend").and_then(|op| balance.spend(&op).cloned());
            let spend: Spend = spend.ok_or_else(|| Refusal::new("pool-no-such-spend", SOURCE))?;
            enough(spend.open(), packs)
        }
    }
}

fn part<'a>(command: &'a Command, name: &str) -> &'a Json {
    command.args.get(name).unwrap_or(&Json::Null)
}

fn op(part: &Json, name: &str) -> Option<OpId> {
    part.get(name)?.as_str()?.parse().ok()
}

fn enough(have: i64, asked: i64) -> Result<(), Refusal> {
    if asked <= have {
        return Ok(());
    }
    Err(Refusal::new("pool-not-enough", SOURCE).with("have", have).with("asked", asked))
}

/// A new opening closes the one that holds, and what it carries was promised there and is counted.
fn opens(balance: &Balance, opening: &Json) -> Result<(), Refusal> {
    if op(opening, "after") != balance.epoch {
        return Err(Refusal::new("pool-opens-after-another", SOURCE));
    }
    let base = opening.get("base").and_then(Json::as_i64);
    let (Some(base), true) = (base, opening.get("sort").is_some_and(Json::is_string)) else {
        return Err(Refusal::new("pool-opening-incomplete", SOURCE));
    };
    let carried = opening.get("carry").and_then(Json::as_array).cloned().unwrap_or_default();
    let mut sum = 0;
    for promise in &carried {
        let packs = promise.get("packs").and_then(Json::as_i64).unwrap_or(0);
        let spend = op(promise, "spend").and_then(|op| balance.spend(&op).cloned());
        let spend: Spend = spend.ok_or_else(|| Refusal::new("pool-no-such-spend", SOURCE))?;
        enough(spend.open(), packs)?;
        sum += packs;
    }
    enough(base, sum)
}
