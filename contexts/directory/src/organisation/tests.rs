use ledger::{Entity, View};
use serde_json::json;

use super::Organisation;
use crate::desk::{Desk, view};

#[test]
fn a_row_of_a_dataset_is_always_the_same_organisation() {
    let args = json!({"name": "澜江县水利局", "source_id": "org/17"});
    let code = Organisation::public_code(args.as_object().unwrap());
    assert_eq!(code.as_deref(), Some("org/17"));
    assert_eq!(Organisation::public_code(json!({}).as_object().unwrap()), None);
}

#[test]
fn nobody_enters_armed_forces_as_free_to_be_ordered() {
    let none = View::empty(Organisation::KIND, kernel::EntityId([1; 10]));
    let args = json!({
        "name": "武警澜江中队", "sort": "armed_police", "place": "990102000000",
        "own_chain_only": false
    });
    let desk = Desk::of("county.admin");
    assert_eq!(desk.refusal::<Organisation>(&none, "register", args), "armed-forces-own-chain");
}

#[test]
fn a_body_is_not_above_itself_and_has_a_name() {
    let seen = view::<Organisation>(1, Some("Active"), &[("name", json!("澜江县水利局"))]);
    let own = json!({"parent": seen.reference().to_string()});
    let desk = Desk::of("county.admin");
    assert_eq!(desk.refusal::<Organisation>(&seen, "change", own), "organisation-above-itself");
    let blank = json!({"name": "   "});
    assert_eq!(desk.refusal::<Organisation>(&seen, "change", blank), "name-missing");
}
