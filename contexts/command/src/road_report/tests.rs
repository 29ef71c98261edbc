use ledger::{Entity, View};
use serde_json::{Value as Json, json};

use super::{RoadReport, STATUS};
use crate::desk::{Desk, view};

fn report(changes: Json) -> String {
    let none = View::empty(RoadReport::KIND, kernel::EntityId([1; 10]));
    let mut args = json!({
        "status": "closed", "seen_how": "on_site", "observed_at": "2026-07-23T02:51:00Z"
    });
    for (name, value) in changes.as_object().unwrap() {
        args[name] = value.clone();
    }
    Desk::of("longtan.duty").refusal::<RoadReport>(&none, "report", args)
}

#[test]
fn a_report_says_where() {
    assert_eq!(report(json!({})), "road-report-nowhere");
    assert_eq!(report(json!({"position": null})), "road-report-nowhere");
    assert_eq!(report(json!({"position": [104.15, 30.12]})), "");
    assert_eq!(report(json!({"road": "road:0000000000000091"})), "");
}

#[test]
fn a_report_is_worth_something_for_some_time() {
    let until = |at: &str| json!({"position": [104.15, 30.12], "valid_until": at});
    let refused = "road-report-void-before-it-begins";
    assert_eq!(report(until("2026-07-23T02:51:00Z")), refused);
    assert_eq!(report(until("2026-07-23T14:51:00Z")), "");
}

#[test]
fn two_sources_are_two_people() {
    let live = view::<RoadReport>(1, Some("Live"), &[("status", json!("one_lane"))]);
    let seen = json!({
        "status": "one_lane", "seen_how": "on_site", "observed_at": "2026-07-23T05:00:00Z"
    });
    let args = json!({"confirmed": seen});
    let own = Desk::of("longtan.duty").wrote(STATUS, "longtan.duty");
    assert_eq!(
        own.refusal::<RoadReport>(&live, "confirm", args.clone()),
        "road-report-confirms-own"
    );
    let other = Desk::of("road.engineer").wrote(STATUS, "longtan.duty");
    assert_eq!(other.refusal::<RoadReport>(&live, "confirm", args), "");
    let vague = json!({"confirmed": {"status": "open"}});
    let refused = "road-report-part-missing";
    assert_eq!(other.refusal::<RoadReport>(&live, "confirm", vague), refused);
}
