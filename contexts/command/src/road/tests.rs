use serde_json::{Value as Json, json};

use super::Road;
use crate::desk::{Desk, view};

fn enter(desk: &Desk, status: Json) -> String {
    let seen = view::<Road>(1, None, &[("status", json!("foot"))]);
    desk.refusal::<Road>(&seen, "enter", json!({"source_id": "x204/12", "status": status}))
}

#[test]
fn anyone_closes_a_road_and_a_road_authority_opens_it() {
    let mut desk = Desk::of("longtan.duty");
    assert_eq!(enter(&desk, json!("closed")), "");
    assert_eq!(enter(&desk, json!("foot")), "");
    assert_eq!(enter(&desk, json!("one_lane")), "road-no-right-to-open");
    desk.actor.roles.push("road".to_owned());
    assert_eq!(enter(&desk, json!("one_lane")), "");
}

#[test]
fn unknown_is_not_entered_over_what_is_known() {
    assert_eq!(enter(&Desk::of("longtan.duty"), json!(null)), "road-status-missing");
}
