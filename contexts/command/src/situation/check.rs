//! What a situation asks of a command beyond shapes and steps.

use ledger::{Command, Field, Refusal, View};
use serde_json::Value as Json;

use super::{EVENT, FIELDS, MOVED};
use crate::figures;

/// Refuses sums that do not add up and figures that fall without a reason.
pub fn check(view: &View, command: &Command) -> Result<(), Refusal> {
    let explains = ["happened_at", "observed_at", "place", "note", "reason", "basis", "report"];
    let counted = |f: &&Field| f.number != EVENT && !explains.contains(&f.name);
    figures::check(&FIELDS.iter().filter(counted).collect::<Vec<_>>(), view, command)?;
    let figure = |name: &str, number: u8| match command.args.get(name) {
        Some(json) => json.as_i64(),
        None => view.int(number),
    };
    let said = |name: &str| command.args.get(name).and_then(Json::as_i64).is_some();
    if !(said("moved") || said("moved_collective") || said("moved_dispersed")) {
        return Ok(());
    }
    let parts = [figure("moved_collective", 22), figure("moved_dispersed", 23)];
    if let (Some(all), [Some(collective), Some(dispersed)]) = (figure("moved", MOVED), parts)
        && all != collective + dispersed
    {
        return Err(Refusal::new("moved-does-not-add-up", "domain, §6.4, A07 = A08 + A09")
            .with("moved", all)
            .with("sum", collective + dispersed));
    }
    Ok(())
}
