use ledger::{Entity, View};
use serde_json::{Value as Json, json};

use super::Report;
use crate::desk::{Desk, view};

const EVENT: &str = "event:0000000000000002";

fn first() -> View {
    let fields = [
        ("event", json!(EVENT)),
        ("sequence", json!(1)),
        ("sort", json!("initial")),
        ("figures", json!({"dead": 4, "missing": 2})),
    ];
    view::<Report>(1, Some("AcceptedByDuty"), &fields)
}

fn sign(changes: Json) -> String {
    let before = first();
    let mut args = json!({
        "event": EVENT, "sort": "continued", "sequence": 2, "what": "龙潭又转移 60 人",
        "previous": before.reference().to_string()
    });
    for (name, value) in changes.as_object().unwrap() {
        args[name] = value.clone();
    }
    let none = View::empty(Report::KIND, kernel::EntityId([9; 10]));
    Desk::of("county.duty").knows(before).refusal::<Report>(&none, "sign", args)
}

#[test]
fn a_continued_report_follows_the_one_before() {
    assert_eq!(sign(json!({})), "");
    assert_eq!(sign(json!({"sequence": 3})), "report-follows-another");
    assert_eq!(sign(json!({"event": "event:0000000000000003"})), "report-follows-another");
    assert_eq!(sign(json!({"previous": null})), "report-before-missing");
    assert_eq!(sign(json!({"sequence": 1})), "report-sequence-and-sort");
}

#[test]
fn fewer_dead_than_in_the_last_report_needs_a_reason() {
    assert_eq!(sign(json!({"figures": {"dead": 3}})), "figure-falls-without-reason");
    assert_eq!(sign(json!({"figures": {"dead": 3}, "reason": "counted_twice"})), "");
    assert_eq!(sign(json!({"figures": {"dead": null}})), "", "not known again is said, not lower");
}

#[test]
fn the_first_report_may_know_almost_nothing() {
    let none = View::empty(Report::KIND, kernel::EntityId([9; 10]));
    let args = json!({
        "event": EVENT, "sort": "initial", "sequence": 1, "what": "青溪进水", "figures": {"dead": null}
    });
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<Report>(&none, "sign", args.clone()), "");
    let mut blank = args;
    blank["what"] = json!("  ");
    assert_eq!(desk.refusal::<Report>(&none, "sign", blank), "report-says-nothing");
}
