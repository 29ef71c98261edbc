use ledger::{Entity, View};
use serde_json::json;

use super::Correction;
use crate::desk::Desk;

#[test]
fn a_corrected_value_names_its_column() {
    let none = View::empty(Correction::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("village.reporter");
    let mut args =
        json!({"layer": "building", "row": "building:0000000000000091", "sort": "value"});
    let refused = "correction-incomplete";
    assert_eq!(desk.refusal::<Correction>(&none, "propose", args.clone()), refused);
    args["column"] = json!("storeys");
    args["corrected"] = json!("3");
    assert_eq!(desk.refusal::<Correction>(&none, "propose", args), "");
}

#[test]
fn what_moved_says_where_to() {
    let none = View::empty(Correction::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("village.reporter");
    let args = json!({"layer": "building", "row": "building:0000000000000091", "sort": "moved"});
    assert_eq!(desk.refusal::<Correction>(&none, "propose", args), "correction-incomplete");
}
