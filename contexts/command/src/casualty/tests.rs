use ledger::{Entity, View};
use serde_json::{Value as Json, json};

use super::Casualty;
use crate::desk::{Desk, view};

const EVENT: &str = "event:0000000000000002";

fn count(seen: &View, figures: Json) -> String {
    let mut args = json!({"event": EVENT, "place": "990102103000"});
    for (name, value) in figures.as_object().unwrap() {
        args[name] = value.clone();
    }
    Desk::of("county.duty").refusal::<Casualty>(seen, "count", args)
}

#[test]
fn fewer_dead_than_before_needs_a_reason() {
    let seen = view::<Casualty>(1, None, &[("dead", json!(4))]);
    assert_eq!(count(&seen, json!({"dead": 3})), "figure-falls-without-reason");
    assert_eq!(count(&seen, json!({"dead": 3, "reason": "counted_twice"})), "");
    assert_eq!(count(&seen, json!({"dead": 4})), "");
    assert_eq!(count(&seen, json!({"dead": null})), "figure-unsaid-without-reason");
    assert_eq!(count(&seen, json!({"missing": 0})), "", "unknown to none is no fall");
}

#[test]
fn a_count_without_a_figure_is_none() {
    let seen = View::empty(Casualty::KIND, kernel::EntityId([1; 10]));
    assert_eq!(count(&seen, json!({})), "figure-missing");
    assert_eq!(count(&seen, json!({"missing": null})), "", "unknown may be said on purpose");
}

#[test]
fn two_desks_mean_the_same_figures() {
    let args = json!({"event": EVENT, "place": "990102103000"});
    let code = Casualty::public_code(args.as_object().unwrap());
    assert_eq!(code.as_deref(), Some("0000000000000002/990102103000"));
}
