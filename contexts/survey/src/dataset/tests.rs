use ledger::{Entity, View};
use serde_json::{Value as Json, json};

use super::Dataset;
use crate::desk::Desk;

fn publish(changes: Json) -> String {
    let none = View::empty(Dataset::KIND, kernel::EntityId([1; 10]));
    let mut version = json!({
        "hash": "ab".repeat(32), "source": "第一次全国自然灾害综合风险普查", "crs": "EPSG:4490",
        "collected_at": "2023-06-30T00:00:00Z", "licence": "internal", "rows": 200000
    });
    for (name, value) in changes.as_object().unwrap() {
        version[name] = value.clone();
    }
    let args = json!({"layer": "building", "place": "990102000000", "version": version});
    Desk::of("county.admin").refusal::<Dataset>(&none, "publish", args)
}

#[test]
fn a_version_says_where_it_is_from_and_under_what_terms() {
    assert_eq!(publish(json!({})), "");
    for part in ["hash", "source", "collected_at", "crs", "licence"] {
        let mut without = json!({});
        without[part] = Json::Null;
        assert_eq!(publish(without), "dataset-version-incomplete", "{part}");
    }
}

#[test]
fn shifted_map_coordinates_are_never_stored() {
    assert_eq!(publish(json!({"crs": "GCJ-02"})), "dataset-coordinates");
}
