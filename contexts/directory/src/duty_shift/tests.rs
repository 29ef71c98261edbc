use serde_json::json;

use super::DutyShift;
use crate::desk::{Desk, view};

const LI: &str = "person:0000000000000021";

#[test]
fn a_turn_ends_after_it_begins() {
    let seen =
        view::<DutyShift>(1, Some("Planned"), &[("begins_at", json!("2026-07-22T12:00:00Z"))]);
    let desk = Desk::of("county.duty");
    let to = |at: &str| json!({"ends_at": at});
    let early = to("2026-07-22T12:00:00Z");
    assert_eq!(desk.refusal::<DutyShift>(&seen, "change", early), "shift-ends-before-it-begins");
    let night = to("2026-07-23T00:00:00Z");
    assert_eq!(desk.refusal::<DutyShift>(&seen, "change", night), "");
}

#[test]
fn a_watch_is_handed_to_somebody_else() {
    let seen = view::<DutyShift>(1, Some("OnDuty"), &[("person", json!(LI))]);
    let args = json!({"handed_to": LI});
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<DutyShift>(&seen, "hand_over", args), "handed-over-to-oneself");
}
