use super::*;

#[test]
fn dates_are_read_as_people_write_them() {
    let chinese = "2025\u{5e74}7\u{6708}1\u{65e5}";
    let wide =
        "\u{ff12}\u{ff10}\u{ff12}\u{ff15}\u{5e74}\u{ff10}\u{ff17}\u{6708}\u{ff10}\u{ff11}\u{65e5}";
    for text in [chinese, wide, "2025-7-1", "2025/07/01", "2025.7.1", "20250701", " 2025-07-01 "] {
        assert_eq!(civil_date(text).as_deref(), Some("2025-07-01"), "{text}");
    }
    assert_eq!(civil_date("2024-2-29").as_deref(), Some("2024-02-29"));
    for text in [
        "",
        "2025-2-29",
        "2025-13-1",
        "2025-0-1",
        "25-7-1",
        "7/1/2025",
        "2025-7",
        "2025\u{5e74}7\u{6708}",
    ] {
        assert_eq!(civil_date(text), None, "{text}");
    }
}

#[test]
fn cells_become_values_or_say_why_not() {
    let column = |layer: &str, name: &str| datasets::layer(layer).unwrap().column(name).unwrap();
    let storeys = column("building", "storeys");
    let wide = "\u{ff11}\u{ff12}";
    assert_eq!(value_of(storeys, Raw::Text(wide)), Ok(Value::Whole(12)));
    assert_eq!(value_of(storeys, Raw::Real(3.0)), Ok(Value::Whole(3)));
    assert_eq!(value_of(storeys, Raw::Text("")), Ok(Value::Unknown));
    for raw in [Raw::Real(2.5), Raw::Real(f64::NAN), Raw::Text("many"), Raw::Whole(1 << 40)] {
        assert!(value_of(storeys, raw).is_err(), "{raw:?}");
    }
    let kind = column("site", "kind");
    assert_eq!(value_of(kind, Raw::Text("school")), Ok(Value::Whole(1)));
    assert_eq!(value_of(kind, Raw::Whole(2)), Ok(Value::Whole(2)));
    let refused = value_of(kind, Raw::Text("castle")).unwrap_err();
    assert_eq!(refused.to_string(), "the column kind: \"castle\" is no code of the column");
    let lon = column("site", "lon");
    assert_eq!(value_of(lon, Raw::Real(9.5)), Ok(Value::Whole(95_000_000)));
    assert_eq!(value_of(lon, Raw::Text("9.5")), Ok(Value::Whole(95_000_000)));
    assert_eq!(value_of(lon, Raw::Whole(104)), Ok(Value::Whole(1_040_000_000)));
    assert_eq!(value_of(lon, Raw::Text("104")), Ok(Value::Whole(1_040_000_000)));
    for raw in [Raw::Real(181.0), Raw::Whole(95_000_000), Raw::Text("9 5"), Raw::Text("NaN")] {
        assert!(value_of(lon, raw).is_err(), "{raw:?}");
    }
    for e7 in [0, -1, 95_000_000, i32::MIN + 1, 1_234_567_890] {
        let back = value_of(lon, Raw::Text(&degrees(e7)));
        assert_eq!(
            back.ok(),
            (e7.unsigned_abs() <= 1_800_000_000).then_some(Value::Whole(e7.into()))
        );
    }
    let from = column("division", "valid_from_on");
    let date = value_of(from, Raw::Text("2025/7/1"));
    assert_eq!(date, Ok(Value::Text("2025-07-01".to_owned())));
    assert!(value_of(from, Raw::Text("soon")).is_err());
    let long = "x".repeat(4_001);
    assert!(value_of(column("site", "name"), Raw::Text(&long)).is_err());
}

#[test]
fn fewer_than_none_and_unseen_characters_are_refused() {
    let column = |name: &str| datasets::layer("site").unwrap().column(name).unwrap();
    let refused = value_of(column("capacity"), Raw::Text("-5")).unwrap_err();
    assert_eq!(refused.to_string(), "the column capacity: \"-5\" is less than none");
    assert!(value_of(column("capacity"), Raw::Whole(-1)).is_err());
    assert_eq!(value_of(column("capacity"), Raw::Text("0")), Ok(Value::Whole(0)));
    assert_eq!(value_of(column("elevation_m"), Raw::Text("-5")), Ok(Value::Whole(-5)));
    for text in ["a\0b", "a\u{202e}b", "a\u{2066}b", "\u{7f}", "a\u{85}b"] {
        let refused = value_of(column("name"), Raw::Text(text)).unwrap_err().to_string();
        assert!(refused.contains("control characters"), "{refused}");
        assert!(!refused.contains(text), "the reason shows it spelt out: {refused}");
    }
    let lines = "\u{4e2d}\u{5b66}\nx\ty";
    assert_eq!(value_of(column("name"), Raw::Text(lines)), Ok(Value::Text(lines.to_owned())));
}

#[test]
fn rings_become_polygons_with_their_holes() {
    let square = |low: i32, high: i32| vec![low, low, high, low, high, high, low, high, low, low];
    let list = [square(0, 100), square(10, 90), square(20, 80), square(200, 300)].concat();
    let found = polygons(&list);
    let shape: Vec<_> = found.iter().map(|p| (p.exterior[0].lon_e7, p.holes.len())).collect();
    assert_eq!(shape, [(0, 1), (20, 0), (200, 0)]);
    assert_eq!(found[0].holes[0][0].lon_e7, 10);
}
