use ledger::{Entity, View};
use serde_json::json;

use super::Equipment;
use crate::desk::Desk;

#[test]
fn a_vehicle_says_what_it_carries() {
    let none = View::empty(Equipment::KIND, kernel::EntityId([1; 10]));
    let desk = Desk::of("county.admin");
    let mut args = json!({
        "name": "7 号车", "class": "transport", "place": "990102000000", "profile": "light_truck"
    });
    let refused = "vehicle-without-load";
    assert_eq!(desk.refusal::<Equipment>(&none, "register", args.clone()), refused);
    args["limits"] = json!({"load_kg": 3000, "volume_l": 16000});
    assert_eq!(desk.refusal::<Equipment>(&none, "register", args), "");
    let generator = json!({
        "name": "30 千瓦发电机", "class": "engineering", "place": "990102000000"
    });
    assert_eq!(desk.refusal::<Equipment>(&none, "register", generator), "");
}
