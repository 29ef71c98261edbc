//! What the figures of an event at a place have in common: code, reasons for a fall, sources.

use ledger::{Command, Field, Refusal, Shape, View};
use serde_json::{Map, Value as Json};

/// A count of people.
pub const PEOPLE: Shape = Shape::Int { min: 0, max: 1_500_000_000, unit: "person" };

/// Why a figure may be lower than the one before. Source: domain, §6.3, RP-N12.
pub const REASON: Shape = Shape::Code(&[
    (1, "verified_down"),
    (2, "counted_twice"),
    (3, "found_alive"),
    (4, "missing_now_dead"),
    (5, "returned_home"),
    (6, "other"),
]);

/// Where a figure comes from.
pub const BASIS: Shape = Shape::Code(&[
    (1, "counted_on_site"),
    (2, "told_by_telephone"),
    (3, "report"),
    (4, "hospital"),
    (5, "police"),
    (6, "verification_group"),
    (7, "estimate"),
    (8, "other"),
]);

/// `<event id>/<place>`. Source: house, decision 12.
pub fn code(args: &Map<String, Json>) -> Option<String> {
    let event: kernel::Ref = args.get("event")?.as_str()?.parse().ok()?;
    let place: kernel::PlaceCode = args.get("place")?.as_str()?.parse().ok()?;
    Some(format!("{}/{place}", event.id))
}

/// Refuses a word without a figure, and a figure that falls without a reason.
///
/// Unknown may be said of a figure that was known; it needs a reason too.
pub fn check(figures: &[&Field], view: &View, command: &Command) -> Result<(), Refusal> {
    let has_reason = command.args.get("reason").is_some_and(|r| !r.is_null());
    let mut any = false;
    for field in figures {
        let Some(json) = command.args.get(field.name) else { continue };
        any = true;
        let Some(before) = view.int(field.number) else { continue };
        let falls = json.as_i64().is_none_or(|now| now < before);
        if falls && !has_reason {
            let refusal = match json.is_null() {
                true => Refusal::new("figure-unsaid-without-reason", "domain, §6.3, RP-N12"),
                false => Refusal::new("figure-falls-without-reason", "domain, §6.3, RP-N12"),
            };
            let refusal = refusal.with("field", field.name).with("before", before);
            return Err(refusal.with("now", json));
        }
    }
    if any { Ok(()) } else { Err(Refusal::new("figure-missing", "domain, §6.4")) }
}
