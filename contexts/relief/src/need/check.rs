//! What a need asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, View};
use serde_json::Value as Json;

use super::PACKS_KEY;

/// More packs than this are a slip of the pen: a month's water of three million people.
/// `[assumed]`
const MOST_PACKS: i64 = 10_000_000;

/// Refuses a need of nobody knows how much, and a doublet of itself.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    let number = |name: &str| command.args.get(name).and_then(Json::as_i64);
    match command.verb.as_str() {
        "raise" => {
            let says =
                ["packs", "units", "people"].iter().any(|n| number(n).is_some_and(|v| v > 0));
            if says { Ok(()) } else { Err(Refusal::new("need-without-figure", "domain, §10.6")) }
        }
        "validate" if number("packs").is_none_or(|v| v <= 0) => {
            Err(Refusal::new("need-without-figure", "domain, §10.6"))
        }
        "validate" if number("packs").is_some_and(|v| v > MOST_PACKS) => {
            Err(Refusal::new("need-too-large", "house, decision 22").with("most", MOST_PACKS))
        }
        "refuse_part" => {
            let unmet = command.args.get("unmet").unwrap_or(&Json::Null);
            let packs = unmet.get("packs").and_then(Json::as_i64).unwrap_or(0);
            let most = view.int(PACKS_KEY);
            if packs == 0 || most.is_some_and(|m| packs > m) {
                return Err(Refusal::new("unmet-does-not-fit", "sync, §10")
                    .with("packs", packs)
                    .with("asked", most.map_or_else(|| "?".to_owned(), |m| m.to_string())));
            }
            Ok(())
        }
        "withdraw" => {
            let other = command.args.get("duplicate_of").and_then(Json::as_str);
            if other == Some(view.reference().to_string().as_str()) {
                return Err(Refusal::new("need-doubles-itself", "domain, §10.6"));
            }
            Ok(())
        }
        _ => Ok(()),
    }
}
