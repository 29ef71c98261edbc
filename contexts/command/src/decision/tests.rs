use ledger::{Entity, View};
use serde_json::json;

use super::Decision;
use crate::desk::{Desk, view};

#[test]
fn a_ratification_names_what_was_done_while_cut_off() {
    let none = View::empty(Decision::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("county.commander");
    let mut args = json!({
        "event": "event:0000000000000002", "sort": "ratification", "text": "追认龙潭镇先期处置"
    });
    let refused = "ratification-of-nothing";
    assert_eq!(desk.refusal::<Decision>(&none, "enter", args.clone()), refused);
    args["ratifies"] = json!("task:0000000000000031");
    assert_eq!(desk.refusal::<Decision>(&none, "enter", args), "");
}

#[test]
fn an_entry_is_corrected_by_another_entry() {
    let seen = view::<Decision>(1, Some("Entered"), &[]);
    let own = json!({"corrected_by": seen.reference().to_string()});
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<Decision>(&seen, "correct", own), "decision-corrects-itself");
}
