//! Plans that follow each other keep the orders that stand.

use serde_json::{Value as Json, json};

use super::*;
use crate::cli::exercise::{Recipe, make};
use crate::words::Lang;

fn live_orders(opened: &Opened) -> usize {
    let entry = opened.desk.entry("delivery_order").unwrap();
    let views = opened.desk.record.views();
    views.of_kind("delivery_order").filter(|v| entry.state_of(v) != Some("Withdrawn")).count()
}

#[test]
fn an_order_that_stands_is_kept_from_plan_to_plan() {
    let scratch = Scratch::empty().unwrap();
    let dir = scratch.dir().join("county");
    let printer = Printer::new(Lang::En, true);
    let recipe =
        Recipe { seed: 7, size: "village".to_owned(), scenario: "typhoon-rain".to_owned() };
    make(&dir, &recipe, &printer).unwrap();
    let opened = node(&dir).unwrap();
    let job = run(&opened, &printer).unwrap();
    let (desk, mut now) = (&opened.desk, opened.clock.now());
    let (duty, commander) = (desk.actor(DUTY).unwrap(), desk.actor(COMMANDER).unwrap());
    let event = desk.event("open").unwrap().reference.id.to_string();
    let orders = live_orders(&opened);
    assert!(orders > 0);
    assert_eq!(json!(orders), job["relief"]["orders"]);
    for _ in 0..3 {
        now.0 += 60_000;
        let plan = desk.replan(&duty, &event, &Json::Null, "", now).unwrap();
        let args = json!({"plan": plan["plan"]});
        let issued = desk.issue_relief(&commander, &event, &args, "", now).unwrap();
        assert_eq!(issued["kept"], plan["kept"]);
        assert_eq!(live_orders(&opened), plan["orders"].as_u64().unwrap() as usize);
        let shown = desk.relief(&duty, &event, now).unwrap();
        assert_eq!(desk.replan_shown(&duty, &event, now).unwrap()["draft"], Json::Null);
        assert_eq!((&shown["plan"], &shown["orders"]), (&plan["plan"], &plan["orders"]));
    }
}

/// What was computed is shown again: a second press writes nothing.
#[test]
fn a_difference_is_computed_once() {
    let scratch = Scratch::empty().unwrap();
    let dir = scratch.dir().join("county");
    let printer = Printer::new(Lang::En, true);
    let recipe =
        Recipe { seed: 7, size: "village".to_owned(), scenario: "typhoon-rain".to_owned() };
    make(&dir, &recipe, &printer).unwrap();
    let opened = node(&dir).unwrap();
    run(&opened, &printer).unwrap();
    let (desk, now) = (&opened.desk, opened.clock.now());
    let duty = desk.actor(DUTY).unwrap();
    let event = desk.event("open").unwrap().reference.id.to_string();
    let first = desk.replan(&duty, &event, &Json::Null, "", now).unwrap();
    let views = desk.record.views().digest();
    let second = desk.replan(&duty, &event, &Json::Null, "", now).unwrap();
    assert_eq!(second["plan"], first["plan"]);
    assert_eq!(desk.record.views().digest(), views);
    let shown = desk.replan_shown(&duty, &event, now).unwrap();
    assert_eq!(shown["fresh"], true);
    for part in ["plan", "previous", "kept", "changed", "changes", "checked"] {
        assert_eq!(shown["draft"][part], first[part], "{part}");
    }
}
