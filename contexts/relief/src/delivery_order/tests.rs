use serde_json::{Value as Json, json};

use super::{DeliveryOrder, HANDED_OVER};
use crate::desk::{Desk, view};

fn order(state: &str) -> ledger::View {
    let lots = json!([
        {"lot": "lot:0000000000000097", "packs": 60}, {"lot": "lot:0000000000000098", "packs": 36}
    ]);
    view::<DeliveryOrder>(1, Some(state), &[("packs", json!(96)), ("lots", lots)])
}

fn refusal(state: &str, verb: &str, args: Json) -> String {
    Desk::of("county.duty").refusal::<DeliveryOrder>(&order(state), verb, args)
}

#[test]
fn received_short_and_damaged_make_what_was_loaded() {
    let end = |received: i64, short: i64, damaged: i64| {
        let parts = json!({"received": received, "short": short, "damaged": damaged});
        json!({"handed_over": parts})
    };
    assert_eq!(refusal("UnderWay", "hand_over", end(90, 4, 2)), "");
    assert_eq!(refusal("UnderWay", "hand_over", end(96, 4, 2)), "hand-over-does-not-add-up");
    let half = json!({"handed_over": {"received": 96}});
    assert_eq!(refusal("UnderWay", "hand_over", half), "hand-over-incomplete");
}

#[test]
fn the_lots_make_the_order() {
    let lots = json!([{"lot": "lot:0000000000000097", "packs": 50}]);
    let both = json!({"lots": lots, "packs": 50});
    assert_eq!(refusal("Issued", "change", both), "");
    let half = json!({"lots": lots});
    assert_eq!(refusal("Issued", "change", half), "order-does-not-add-up");
    assert_eq!(refusal("Issued", "change", json!({"packs": 50})), "order-does-not-add-up");
    let later = json!({"depart_at": "2026-07-23T04:00:00Z"});
    assert_eq!(refusal("Issued", "change", later), "", "only the time moves");
}

#[test]
fn who_handed_it_over_does_not_verify_it() {
    let desk = |who: &str| Desk::of(who).wrote(HANDED_OVER, "truck.7");
    let over = view::<DeliveryOrder>(
        1,
        Some("HandedOver"),
        &[("handed_over", json!({"received": 96, "short": 0, "damaged": 0}))],
    );
    let refused = "verifier-handed-it-over";
    assert_eq!(desk("truck.7").refusal::<DeliveryOrder>(&over, "verify", json!({})), refused);
    assert_eq!(desk("longtan.duty").refusal::<DeliveryOrder>(&over, "verify", json!({})), "");
}
