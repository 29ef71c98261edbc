use ledger::{Entity, View};
use serde_json::json;

use super::Need;
use crate::desk::{Desk, view};

#[test]
fn a_need_says_how_much_or_for_how_many() {
    let none = View::empty(Need::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("longtan.duty");
    let mut args = json!({"item": "water", "place": "990102103000"});
    let refused = "need-without-figure";
    assert_eq!(desk.refusal::<Need>(&none, "raise", args.clone()), refused);
    args["people"] = json!(312);
    assert_eq!(desk.refusal::<Need>(&none, "raise", args), "");
    let raised = view::<Need>(1, Some("Raised"), &[]);
    assert_eq!(desk.refusal::<Need>(&raised, "validate", json!({"packs": 0})), refused);
}

#[test]
fn refused_demand_is_never_more_than_was_asked() {
    let seen = view::<Need>(1, Some("Validated"), &[("packs", json!(40))]);
    let desk = Desk::of("county.duty");
    let unmet = |packs: i64| json!({"unmet": {"packs": packs, "reason": "渡口运力已用尽"}});
    assert_eq!(desk.refusal::<Need>(&seen, "refuse_part", unmet(10)), "");
    assert_eq!(desk.refusal::<Need>(&seen, "refuse_part", unmet(41)), "unmet-does-not-fit");
    assert_eq!(desk.refusal::<Need>(&seen, "refuse_part", unmet(0)), "unmet-does-not-fit");
}

#[test]
fn a_doublet_names_the_other_one() {
    let seen = view::<Need>(1, Some("Raised"), &[]);
    let args = json!({"reason": "重复", "duplicate_of": seen.reference().to_string()});
    let desk = Desk::of("county.duty");
    assert_eq!(desk.refusal::<Need>(&seen, "withdraw", args), "need-doubles-itself");
}
