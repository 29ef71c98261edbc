//! What a site asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::{COUNT, MOVE};

/// Refuses to finish while people are there or nobody counted, and to open what was found unfit.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    match command.verb.as_str() {
        "finish" => {
            // Movements that saw the count have adjusted it; without any the count itself holds.
            let there = view.int(MOVE).or_else(|| view.int(COUNT));
            match there {
                Some(0) => Ok(()),
                Some(people) => {
                    Err(Refusal::new("site-people-there", "domain, §10.8").with("people", people))
                }
                None if view.fields.contains_key(&COUNT) => {
                    Err(Refusal::new("site-not-counted", "domain, §10.8"))
                }
                None => Ok(()),
            }
        }
        "open" | "put_on_call" if unfit(view) => {
            Err(Refusal::new("site-found-unfit", "domain, §10.8"))
        }
        "inspect" => {
            let found = command.args.get("inspection").unwrap_or(&Json::Null);
            let said = |part: &str| found.get(part).is_some_and(|v| !v.is_null());
            let finding = found.get("finding").and_then(Json::as_str);
            let fit = finding == Some("fit") || said("defect");
            if finding.is_some() && fit {
                return Ok(());
            }
            Err(Refusal::new("inspection-incomplete", "domain, §10.8"))
        }
        "move" if command.args.get("move").and_then(Json::as_i64) == Some(0) => {
            Err(Refusal::new("move-of-nobody", "sync, §8"))
        }
        _ => Ok(()),
    }
}

fn unfit(view: &View) -> bool {
    let parts = view.get(28).and_then(|v| v.as_map());
    parts.and_then(|p| p.get(&1)).and_then(|v| v.as_int()) == Some(3)
}
