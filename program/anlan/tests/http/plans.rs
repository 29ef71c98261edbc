//! A relief plan is issued on the roads and the stock as they are at that moment.

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};
use crate::local::{anlan, room};

fn approved(node: &Node) -> (Person<'_>, Person<'_>) {
    let (duty, head) = (node.person("county.duty"), node.person("county.commander"));
    duty.post("/event/open/propose", &json!({})).good();
    head.post("/event/open/approve", &json!({"level": 2})).good();
    (duty, head)
}

/// A stop is at a unit, by its code, or at a depot.
fn is_unit(place: &str) -> bool {
    place.len() == 12 && place.bytes().all(|b| b.is_ascii_digit())
}

fn draft(duty: &Person<'_>) -> Json {
    duty.post("/event/open/relief", &json!({})).good()
}

#[test]
fn a_second_draft_does_not_take_the_place_of_the_plan_in_force() {
    let node = Node::new();
    let (duty, head) = approved(&node);
    let (first, second) = (draft(&duty)["plan"].clone(), draft(&duty)["plan"].clone());
    let issue = |plan: &Json| head.post("/event/open/relief/issue", &json!({"plan": plan}));
    issue(&first).good();
    issue(&second).refused(422, "another-plan-in-force");
    duty.post("/event/open/relief", &json!({})).refused(422, "another-plan-in-force");
    let again = duty.post("/event/open/replan", &json!({})).good();
    issue(&again["plan"]).good();
    let again = duty.post("/event/open/replan", &json!({})).good();
    issue(&again["plan"]).good();
}

#[test]
fn a_plan_whose_roads_were_closed_since_is_not_issued() {
    let node = Node::sized("county");
    let (duty, head) = approved(&node);
    let plan = draft(&duty);
    let on_land = |r: &&Json| r["way"] == "road" || r["way"] == "foot";
    let routes = plan["routes"].as_array().unwrap();
    let route = routes.iter().find(on_land).expect("something is driven");
    let mut places: Vec<&str> = Vec::new();
    for stop in route["stops"].as_array().unwrap() {
        places.extend(stop["place"].as_str().filter(|p| is_unit(p) && !places.contains(p)));
    }
    let mut reports = Vec::new();
    for place in places {
        let roads = duty.read(&format!("/area/roads?place={place}"));
        for road in roads["items"].as_array().unwrap() {
            let args = json!({"road": road["ref"], "status": "closed", "seen_how": "official",
                "observed_at": "2026-07-23T02:30:00Z"});
            reports.push(json!({"entity": "road_report", "verb": "report", "args": args}));
        }
    }
    assert!(!reports.is_empty());
    let args = ["submit", "-", "--as", "county.duty", "--json"];
    anlan(&room(), node.dir(), &args, &json!(reports).to_string()).good();
    let issue = |plan: &Json| head.post("/event/open/relief/issue", &json!({"plan": plan}));
    issue(&plan["plan"]).refused(422, "roads-changed");
    let orders = duty.read("/delivery_order?limit=1")["total"].clone();
    assert_eq!(orders, json!(0), "nothing was issued");
    issue(&draft(&duty)["plan"]).good();
}
