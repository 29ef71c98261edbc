use ledger::View;
use serde_json::{Value as Json, json};

use super::Situation;
use crate::desk::{Desk, view};

fn count(seen: &View, figures: Json) -> String {
    let mut args = json!({"event": "event:0000000000000002", "place": "990102103000"});
    for (name, value) in figures.as_object().unwrap() {
        args[name] = value.clone();
    }
    Desk::of("county.duty").refusal::<Situation>(seen, "count", args)
}

#[test]
fn moved_is_collective_and_dispersed_together() {
    let seen = view::<Situation>(1, None, &[("moved", json!(412))]);
    let parts = json!({"moved_collective": 300, "moved_dispersed": 100});
    assert_eq!(count(&seen, parts), "moved-does-not-add-up");
    assert_eq!(count(&seen, json!({"moved_collective": 300, "moved_dispersed": 112})), "");
    assert_eq!(count(&seen, json!({"moved_collective": 300})), "", "one part is still unknown");
}

#[test]
fn power_that_is_back_is_no_figure_that_falls() {
    let seen = view::<Situation>(1, None, &[("power_cut", json!(true))]);
    assert_eq!(count(&seen, json!({"power_cut": false})), "");
}

#[test]
fn fewer_villages_cut_off_needs_a_reason() {
    let seen = view::<Situation>(1, None, &[("villages_cut_off", json!(3))]);
    let fewer = json!({"villages_cut_off": 2});
    assert_eq!(count(&seen, fewer), "figure-falls-without-reason");
    let said = json!({"villages_cut_off": 2, "reason": "verified_down"});
    assert_eq!(count(&seen, said), "");
}
