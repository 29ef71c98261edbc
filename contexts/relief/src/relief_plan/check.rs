//! What a relief plan asks of a command beyond shapes and steps.

use ledger::{Command, Ctx, Refusal, Shape, Value, View};
use serde_json::Value as Json;

use super::{PLAN, PROBLEM};

/// Refuses a check with faults or of other files, and a plan that replaces itself.
pub fn check(view: &View, command: &Command, _cx: &Ctx<'_>) -> Result<(), Refusal> {
    if command.verb == "check" {
        let checked = command.args.get("checked").unwrap_or(&Json::Null);
        let hash = |part: &str| checked.get(part).and_then(|j| Shape::Hash.read(part, j).ok());
        let same = |part: &str, number: u8| {
            let stands = view.get(number).filter(|v| **v != Value::Null);
            stands.is_some() && hash(part).as_ref() == stands
        };
        if !(same("problem", PROBLEM) && same("plan", PLAN)) {
            return Err(Refusal::new("check-of-another-plan", "house, decision 8"));
        }
        return match checked.get("faults").and_then(Json::as_i64) {
            Some(0) => Ok(()),
            faults => Err(Refusal::new("plan-has-faults", "house, decision 8")
                .with("faults", faults.map_or_else(|| "?".to_owned(), |f| f.to_string()))),
        };
    }
    let by = command.args.get("replaced_by").and_then(Json::as_str);
    if view.exists() && by == Some(view.reference().to_string().as_str()) {
        return Err(Refusal::new("plan-replaces-itself", "house, decision 8"));
    }
    Ok(())
}
