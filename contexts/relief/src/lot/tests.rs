use ledger::{Entity, View};
use serde_json::json;

use super::Lot;
use crate::Pool;
use crate::desk::{Desk, view};

#[test]
fn goods_that_are_there_are_not_struck_off() {
    let lot = view::<Lot>(7, Some("InStock"), &[]);
    let reason = json!({"reason": "过期"});
    let stock = view::<Pool>(7, None, &[("opening", json!({"sort": "goods", "base": 40}))]);
    let desk = Desk::of("depot.keeper").knows(stock);
    assert_eq!(desk.refusal::<Lot>(&lot, "strike", reason.clone()), "lot-goods-there");
    let empty = view::<Pool>(7, None, &[("opening", json!({"sort": "goods", "base": 0}))]);
    let desk = Desk::of("depot.keeper").knows(empty);
    assert_eq!(desk.refusal::<Lot>(&lot, "strike", reason), "");
}

#[test]
fn donated_goods_keep_the_donors_wish() {
    let none = View::empty(Lot::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("depot.keeper");
    let mut args = json!({
        "item": "quilt", "depot": "site:0000000000000071", "place": "990102000000", "pack_g": 20000,
        "pack_l": 120, "origin": "donated"
    });
    let refused = "donor-wish-missing";
    assert_eq!(desk.refusal::<Lot>(&none, "receive", args.clone()), refused);
    args["donor_wish"] = json!("龙潭镇");
    assert_eq!(desk.refusal::<Lot>(&none, "receive", args), "");
}
