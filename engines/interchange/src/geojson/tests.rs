use super::*;
use crate::ring::RingError;
use crate::shared;

fn refused(text: &str) -> GeoJsonError {
    parse_area(text.as_bytes()).unwrap_err()
}

fn square(coordinates: &str) -> String {
    format!("{{\"type\":\"Polygon\",\"coordinates\":{coordinates}}}")
}

#[test]
fn areas_come_in_from_every_wrapping_and_go_out_again() {
    let ring = "[[0,0],[1.5,0],[1.5,1,300],[0,1],[0,0]]";
    let hole = "[[0.5,0.5],[0.6,0.5],[0.6,0.6],[0.5,0.5]]";
    let polygon = square(&format!("[{ring},{hole}]"));
    let multi = format!("{{\"coordinates\":[[{ring},{hole}]],\"type\":\"MultiPolygon\"}}");
    let feature =
        format!("{{\"type\":\"Feature\",\"properties\":{{\"a\":[1]}},\"geometry\":{polygon}}}");
    let all = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{feature},{{\"type\":\"Feature\",\
         \"geometry\":{{\"type\":\"Point\",\"coordinates\":[1,2]}},\"properties\":null}}]}}"
    );
    let once = parse_area(polygon.as_bytes()).unwrap();
    assert_eq!((once.polygons.len(), once.vertices()), (1, 7));
    for text in [&multi, &feature, &all] {
        assert_eq!(parse_area(text.as_bytes()).unwrap().polygons, once.polygons);
    }
    assert_eq!(parse_area(all.as_bytes()).unwrap().left_out["Point"], 1);
    let written = write_area(&once.polygons);
    assert_eq!(
        String::from_utf8(written.clone()).unwrap(),
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[1.5,0],[1.5,1],[0,1],[0,0]],\
         [[0.5,0.5],[0.6,0.6],[0.6,0.5],[0.5,0.5]]]]}"
    );
    assert_eq!(write_area(&parse_area(&written).unwrap().polygons), written);
}

#[test]
fn each_fault_is_named_with_its_place() {
    let cases: &[(String, &str)] = &[
        ("".into(), "not-json"),
        ("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],".into(), "not-json"),
        (square("[[[0,0],[NaN,0],[1,1],[0,0]]]"), "geometry-not-finite"),
        (square("[[[0,0],[1,-Infinity],[1,1],[0,0]]]"), "geometry-not-finite"),
        (square("[[[0,0],[1e999,0],[1,1],[0,0]]]"), "geometry-not-finite"),
        (square("[[[0,0],[null,0],[1,1],[0,0]]]"), "geometry-not-finite"),
        (square("[[[0,0],[\"1\",0],[1,1],[0,0]]]"), "geometry-not-finite"),
        (square("[[[0,0],[181,0],[1,1],[0,0]]]"), "geometry-off-globe"),
        (square("[[[0,0],[1,0],[1,1],[0,1]]]"), "geometry-not-closed"),
        (square("[[[0,0],[1,0],[0,0]]]"), "geometry-too-short"),
        (square("[[[0,0],[1,1],[1,0],[0,1],[0,0]]]"), "geometry-self-crossing"),
        (square("[[0,0],[1,1],[1,0],[0,1],[0,0]]"), "geometry-shape"),
        (square("[[[[0,0]]]]"), "geometry-shape"),
        (square("[]"), "geometry-shape"),
        ("{\"type\":\"Polygon\"}".into(), "geometry-member-missing"),
        ("{\"features\":[]}".into(), "geometry-member-missing"),
        ("{\"type\":7}".into(), "geometry-wrong-type"),
        ("{\"type\":\"Polygon\",\"crs\":7}".into(), "geometry-wrong-type"),
        ("[]".into(), "geometry-wrong-type"),
        ("{\"type\":\"Circle\"}".into(), "geometry-type-unknown"),
        ("{\"type\":\"FeatureCollection\",\"features\":[]}".into(), "geometry-no-area"),
        ("{\"type\":\"Point\",\"coordinates\":[1,2]}".into(), "geometry-no-area"),
    ];
    for (text, code) in cases {
        assert_eq!(refused(text).code(), *code, "{text}: {}", refused(text));
    }
    let crossing = square("[[[0,0],[1,1],[1,0],[0,1],[0,0]]]");
    let feature = format!("{{\"type\":\"Feature\",\"geometry\":{crossing}}}");
    let error = refused(&format!("{{\"type\":\"FeatureCollection\",\"features\":[{feature}]}}"));
    assert_eq!(error.at, "features[0].geometry");
    assert!(matches!(error.reason, Reason::Ring(RingError::SelfCrossing { .. })));
}

#[test]
fn only_the_two_equal_coordinate_systems_are_taken() {
    let with = |name: &str| {
        format!(
            "{{\"type\":\"Polygon\",\"crs\":{{\"type\":\"name\",\"properties\":\
             {{\"name\":\"{name}\"}}}},\
             \"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}}"
        )
    };
    for name in ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"] {
        assert!(parse_area(with(name).as_bytes()).is_ok(), "{name}");
    }
    let error = refused(&with("urn:ogc:def:crs:EPSG::3857"));
    assert_eq!(error.code(), "geometry-crs");
    assert!(error.to_string().contains("3857"), "{error}");
}

/// A spiral-free outline of `count` vertices: two nearly parallel lines.
fn long_ring(count: usize) -> String {
    let half = count / 2;
    let mut ring = String::from("[");
    for at in 0..half {
        ring.push_str(&format!("[{:.6},0],", at as f64 * 1e-4));
    }
    for at in (0..count - half).rev() {
        ring.push_str(&format!("[{:.6},{:.6}],", at as f64 * 1e-4, 1.0 + (at % 7) as f64 * 1e-3));
    }
    ring.push_str("[0,0]]");
    ring
}

#[test]
fn a_million_vertices_are_taken_and_one_more_is_not() {
    let areas = parse_area(square(&format!("[{}]", long_ring(1_000_000))).as_bytes()).unwrap();
    assert_eq!(areas.vertices(), 1_000_000);
    let error = refused(&square(&format!("[{}]", long_ring(1_000_001))));
    assert_eq!(error.code(), "geometry-too-large");
    let error = parse_area(&vec![b' '; BYTES_MAX + 1]).unwrap_err();
    assert_eq!(error.code(), "body-too-large");
    let nested = "[".repeat(100_000);
    assert_eq!(refused(&square(&nested)).code(), "not-json");
}

#[test]
fn features_are_written_with_what_is_not_known_as_null() {
    let mut writer = FeatureWriter::new();
    let at = LonLat::from_degrees(-9.5, 47.1234567).unwrap();
    writer.push("a\"b", Some(&Geometry::Point(at)), &[("n", Property::Whole(-3))]);
    writer.push(
        "c",
        Some(&Geometry::Line(vec![at, at])),
        &[("x", Property::Unknown), ("y", Property::Text("\u{1}\n"))],
    );
    writer.push("d", None, &[]);
    let written = writer.finish();
    let value: serde_json::Value = serde_json::from_slice(&written).unwrap();
    assert_eq!(value["features"][0]["geometry"]["coordinates"][1], 47.1234567);
    assert_eq!(value["features"][0]["id"], "a\"b");
    assert_eq!(value["features"][1]["properties"]["y"], "\u{1}\n");
    assert!(value["features"][1]["properties"]["x"].is_null());
    assert!(value["features"][2]["geometry"].is_null());
}

#[test]
fn outlines_of_a_real_event_come_in() {
    let Some(bytes) = shared::file("events/gdacs/dr-1016449-ep2-geometry.json") else { return };
    let areas = parse_area(&bytes).unwrap();
    assert_eq!((areas.polygons.len(), areas.vertices(), areas.left_out["Point"]), (12, 208, 1));
}
