//! The contract that the API gives of itself.

use serde_json::Value as Json;

use crate::client::Node;

fn references<'a>(json: &'a Json, found: &mut Vec<&'a str>) {
    match json {
        Json::Object(map) => {
            found.extend(map.get("$ref").and_then(Json::as_str));
            map.values().for_each(|v| references(v, found));
        }
        Json::Array(items) => items.iter().for_each(|v| references(v, found)),
        _ => {}
    }
}

#[test]
fn the_contract_names_every_command_and_points_only_at_what_it_holds() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let contract = duty.read("/openapi.json");
    assert_eq!(contract["openapi"], "3.1.0");
    let mut found = Vec::new();
    references(&contract, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(contract.pointer(pointer).is_some(), "{reference}");
    }
    for kind in duty.read("/kinds")["kinds"].as_array().unwrap() {
        for verb in kind["verbs"].as_array().unwrap() {
            let name = format!(
                "command.{}.{}",
                kind["kind"].as_str().unwrap(),
                verb["name"].as_str().unwrap()
            );
            let schema = &contract["components"]["schemas"][&name];
            let needs = &schema["properties"]["args"]["required"];
            assert_eq!(needs, &verb["needs"], "{name}");
        }
    }
}

#[test]
fn every_call_without_parameters_that_reads_is_there() {
    let node = Node::new();
    let duty = node.person("county.duty");
    let contract = duty.read("/openapi.json");
    for (path, calls) in contract["paths"].as_object().unwrap() {
        // A stream never ends.
        if calls.get("get").is_none() || path.contains('{') || path.ends_with("/stream") {
            continue;
        }
        let answer = duty.get(path.strip_prefix("/api/v1").unwrap());
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
}
