use serde_json::json;

use super::Plan;
use crate::desk::{Desk, view};

#[test]
fn a_plan_in_force_names_its_tables_by_hash() {
    let seen = view::<Plan>(1, Some("Draft"), &[]);
    let desk = Desk::of("county.commander");
    let with = |tables| {
        let from = "2026-01-01T00:00:00Z";
        json!({"approved_by": "post:0000000000000011", "in_force_from": from, "tables": tables})
    };
    let refused = "plan-without-tables";
    assert_eq!(desk.refusal::<Plan>(&seen, "put_in_force", with(json!([]))), refused);
    let unnamed = json!([{"name": "command/response_level"}]);
    assert_eq!(desk.refusal::<Plan>(&seen, "put_in_force", with(unnamed)), refused);
    let whole = json!([{"name": "command/response_level", "hash": "ab".repeat(32)}]);
    assert_eq!(desk.refusal::<Plan>(&seen, "put_in_force", with(whole)), "");
}

#[test]
fn a_plan_is_replaced_by_another_one() {
    let seen = view::<Plan>(1, Some("InForce"), &[]);
    let own = json!({"replaced_by": seen.reference().to_string()});
    let desk = Desk::of("county.commander");
    assert_eq!(desk.refusal::<Plan>(&seen, "replace", own), "plan-replaces-itself");
}
