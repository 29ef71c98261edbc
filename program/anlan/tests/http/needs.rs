//! What people ask for beside what norms give: counted where an office validated it, never twice,
//! and named where nothing here can serve it.

use serde_json::{Value as Json, json};

use crate::client::{Node, Person};

fn total(needs: &Json, item: &str) -> i64 {
    let mut totals = needs["totals"].as_array().unwrap().iter();
    totals.find(|t| t["commodity"] == item).map_or(0, |t| t["packs"].as_i64().unwrap())
}

fn asked<'a>(needs: &'a Json, need: &str) -> &'a Json {
    let mut all = needs["asked"].as_array().unwrap().iter();
    all.find(|a| a["ref"] == need).unwrap_or_else(|| panic!("{need} in {needs}"))
}

fn raise(who: &Person<'_>, args: Json) -> String {
    who.command("need", None, "raise", args).good()["ref"].as_str().unwrap().to_owned()
}

fn validate(who: &Person<'_>, need: &str, packs: i64) {
    who.command("need", Some(need), "validate", json!({"packs": packs})).good();
}

#[test]
fn a_validated_need_is_planned_for_beside_the_norms_and_not_twice() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let read = || duty.read("/event/open/needs");
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let before = read();
    let village =
        |l: &&Json| l["commodity"] == "water" && !l["place"].as_str().unwrap().ends_with("000");
    let water = before["lines"].as_array().unwrap().iter().find(village);
    let line = water.expect("a village that is cut off").clone();
    let (place, own) = (line["place"].clone(), line["packs"].as_i64().unwrap());
    let why = &line["why"];
    assert_eq!((&why["kind"], &why["row"]), (&json!("norm"), &json!("KIT-01")));
    assert_eq!(
        [&why["amount"], &why["unit"], &why["pack"]],
        [&json!("3"), &json!("l"), &json!("20")]
    );
    let people = why["people"].as_i64().unwrap();
    let days = why["days"].as_i64().unwrap();
    assert_eq!(own, (3 * people * days + 19) / 20, "as the explanation says");
    // Surely the same people are those of the village alone: its township's line may be others.
    let same = |l: &&Json| l["commodity"] == "water" && l["place"] == place;
    let lines = before["lines"].as_array().unwrap().iter().filter(same);
    let norm: i64 = lines.map(|l| l["packs"].as_i64().unwrap()).sum();
    let args = |item: &str, packs: i64| {
        let (event, people) = (&event, 40);
        json!({"item": item, "place": place, "packs": packs, "event": event, "people": people})
    };
    let need = raise(&duty, args("water", norm + 7));
    let raised = read();
    assert_eq!(asked(&raised, &need)["reason"], "not-validated", "shown");
    assert_eq!(total(&raised, "water"), total(&before, "water"), "and not counted");
    validate(&duty, &need, norm + 7);
    let counted = read();
    let row = asked(&counted, &need);
    assert_eq!((row["by_norm"].as_i64(), row["packs"].as_i64()), (Some(norm), Some(7)));
    assert_eq!(total(&counted, "water"), total(&before, "water") + 7, "the larger of both");
    let mut lines = counted["lines"].as_array().unwrap().iter();
    let own = lines.find(|l| l["id"] == need.as_str()).unwrap();
    assert_eq!((&own["why"]["kind"], &own["why"]["asked"]), (&json!("need"), &json!(norm + 7)));
    assert!(own["why"]["by"].is_string() && own["why"]["entered_at"].is_string(), "{own}");
    let second = raise(&duty, args("water", 5));
    validate(&duty, &second, 5);
    assert_eq!(total(&read(), "water"), total(&before, "water") + 12, "the norm covers one only");
    let mut unnamed = args("water", norm + 100);
    unnamed.as_object_mut().unwrap().remove("event");
    let unnamed = raise(&duty, unnamed);
    validate(&duty, &unnamed, norm + 100);
    let shown = read();
    assert_eq!(asked(&shown, &unnamed)["reason"], "no-event", "shown, of no event");
    assert_eq!(total(&shown, "water"), total(&before, "water") + 12);
    let less = raise(&duty, args("food", 1));
    validate(&duty, &less, 1);
    let now = read();
    assert_eq!(asked(&now, &less)["by_norm"], 1, "what the norm gives already");
    assert_eq!(total(&now, "food"), total(&before, "food"));
}

#[test]
fn people_of_a_village_that_is_cut_off_are_not_supplied_again_by_their_townships_count() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let read = || duty.read("/event/open/needs")["lines"].as_array().unwrap().clone();
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let water = |lines: &[Json], place: &str| {
        lines.iter().find(|l| l["commodity"] == "water" && l["place"] == place).cloned()
    };
    let before = read();
    let cut_off = |l: &&Json| !l["place"].as_str().unwrap().ends_with("000");
    let village = before.iter().find(cut_off).unwrap()["place"].as_str().unwrap().to_owned();
    let township = format!("{}000", &village[..9]);
    let of_township = |l: &&Json| {
        let place = l["place"].as_str().unwrap();
        l["commodity"] == "water" && place != township && place.starts_with(&village[..9])
    };
    let people = |l: &Json| l["people"].as_i64().unwrap();
    let inside: i64 = before.iter().filter(of_township).map(people).sum();
    let count = |needing: i64, at: &str| {
        let args = json!({"event": event, "place": township, "needing_relief": needing,
            "observed_at": at, "reason": "counted_twice"});
        duty.command("situation", None, "count", args).good();
    };
    count(inside + 70, "2026-07-23T02:20:00Z");
    let line = water(&read(), &township).expect("seventy live elsewhere");
    let why = &line["why"];
    assert_eq!(people(&line), 70, "{line}");
    assert_eq!((&why["counted"], &why["in_villages"]), (&json!(inside + 70), &json!(inside)));
    count(inside - 1, "2026-07-23T02:25:00Z");
    assert!(water(&read(), &township).is_none(), "all of them are supplied in their villages");
    assert!(water(&read(), &village).is_some());
}

#[test]
fn a_need_for_what_has_no_pack_here_is_named_as_not_served() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let event = duty.read("/event?limit=1")["items"][0]["ref"].clone();
    let lines = duty.read("/event/open/needs")["lines"].clone();
    let place = lines[0]["place"].clone();
    let args = json!({"item": "water", "place": place, "packs": 1_000_000_000, "event": event});
    let slip = raise(&duty, args);
    let many = json!({"packs": 1_000_000_000});
    duty.command("need", Some(&slip), "validate", many).refused(422, "need-too-large");
    let raise = |item: &str, packs: i64| {
        let args = json!({"item": item, "place": place, "packs": packs, "event": event});
        let need = raise(&duty, args);
        validate(&duty, &need, packs);
        need
    };
    let (tent, water) = (raise("tent", 12), raise("water", 100_000));
    let plan = duty.post("/event/open/relief", &json!({})).good();
    assert_eq!(plan["checked"]["accepted"], true, "{}", plan["checked"]);
    let unserved = plan["unserved"].as_array().unwrap();
    let of = |need: &str| unserved.iter().find(|u| u["need"] == need);
    let left = of(&tent).unwrap_or_else(|| panic!("{unserved:?}"));
    assert_eq!((&left["reason"]["code"], &left["packs"]), (&json!("no-pack-here"), &json!(12)));
    assert!(of(&water).is_none(), "what has packs is part of the plan");
    let short = unserved.iter().filter(|u| u["commodity"] == "water");
    let short: i64 = short.map(|u| u["packs"].as_i64().unwrap()).sum();
    assert!(short > 0, "and what does not suffice is unserved");
    let later = raise("quilt", 90_000);
    let shown = duty.read("/event/open/relief");
    let unserved = shown["unserved"].as_array().unwrap().iter();
    let left = unserved.clone().find(|u| u["need"] == later.as_str()).unwrap();
    assert_eq!(left["reason"]["code"], "after-this-plan");
}
