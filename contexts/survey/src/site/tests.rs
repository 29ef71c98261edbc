use serde_json::json;

use super::Site;
use crate::desk::{Desk, view};

#[test]
fn a_shelter_is_not_finished_while_people_are_there() {
    let desk = Desk::of("shelter.keeper");
    let finish = |fields: &[(&str, serde_json::Value)]| {
        let seen = view::<Site>(1, Some("Closing"), fields);
        desk.refusal::<Site>(&seen, "finish", json!({}))
    };
    assert_eq!(finish(&[("count", json!(3))]), "site-people-there");
    assert_eq!(finish(&[("count", json!(0))]), "");
    assert_eq!(finish(&[("count", json!(412)), ("move", json!(0))]), "", "all have left since");
    assert_eq!(finish(&[("count", json!(null))]), "site-not-counted");
}

#[test]
fn what_was_found_unfit_is_not_opened() {
    let desk = Desk::of("township.duty");
    let found = |finding: &str| {
        let inspection = json!({"finding": finding, "defect": "后山裂缝"});
        let seen = view::<Site>(1, Some("Listed"), &[("inspection", inspection)]);
        desk.refusal::<Site>(&seen, "open", json!({}))
    };
    assert_eq!(found("unfit"), "site-found-unfit");
    assert_eq!(found("defect"), "");
}

#[test]
fn a_defect_is_described() {
    let seen = view::<Site>(1, Some("Listed"), &[]);
    let desk = Desk::of("township.duty");
    let bare = json!({"inspection": {"finding": "defect"}});
    assert_eq!(desk.refusal::<Site>(&seen, "inspect", bare), "inspection-incomplete");
    let whole = json!({"inspection": {"finding": "defect", "defect": "缺厕所 2 间"}});
    assert_eq!(desk.refusal::<Site>(&seen, "inspect", whole), "");
}
