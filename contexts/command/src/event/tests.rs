use ledger::{Entity, View};
use serde_json::json;

use super::Event;
use crate::Response;
use crate::desk::{Desk, view};

#[test]
fn an_event_stays_open_while_its_response_runs() {
    let event = view::<Event>(1, Some("Open"), &[]);
    let args = json!({"reason": "雨停,转移群众已返回"});
    let desk = |state| Desk::of("county.duty").knows(view::<Response>(2, Some(state), &[]));
    for state in ["Decided", "Active", "Adjusted", "EndProposed"] {
        let refusal = desk(state).refusal::<Event>(&event, "close", args.clone());
        assert_eq!(refusal, "event-response-running", "{state}");
    }
    assert_eq!(desk("Ended").refusal::<Event>(&event, "close", args), "");
}

#[test]
fn a_footprint_says_where_it_comes_from() {
    let none = View::empty(Event::KIND, kernel::EntityId([1; 10]));
    let area = json!([[[[104.1, 30.1], [104.2, 30.1], [104.2, 30.2], [104.1, 30.1]]]]);
    let open = |footprint| {
        let args = json!({
            "title": "青溪洪涝", "hazard_kind": "flood", "place": "990102000000",
            "footprint": footprint
        });
        Desk::of("county.duty").refusal::<Event>(&none, "open", args)
    };
    assert_eq!(open(json!({"area": area})), "footprint-incomplete");
    assert_eq!(open(json!({"origin": "drawn"})), "footprint-incomplete");
    assert_eq!(open(json!({"origin": "drawn", "area": area})), "");
    assert_eq!(open(json!(null)), "", "an unknown footprint may be said on purpose");
}
