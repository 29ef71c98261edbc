//! Bytes from anywhere, and sound samples spoiled in every way, give an answer and never a panic.

use proptest::prelude::*;

use crate::{cap, edxl, geojson, shared, xml};

/// One way to spoil a document.
#[derive(Clone, Debug)]
enum Edit {
    Cut(usize),
    Remove(usize, usize),
    Put(usize, Vec<u8>),
    Set(usize, u8),
    Repeat(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let telling = prop_oneof![
        Just(b"<![CDATA[".to_vec()),
        Just(b"<!DOCTYPE a [".to_vec()),
        Just(b"&#xFFFF;".to_vec()),
        Just(b"</info>".to_vec()),
        Just(b"<info>".to_vec()),
        Just(b"NaN".to_vec()),
        Just(b"1e400".to_vec()),
        Just(b"[[".to_vec()),
        Just(b"\xff\xfe".to_vec()),
        prop::collection::vec(any::<u8>(), 0..6),
    ];
    prop_oneof![
        any::<usize>().prop_map(Edit::Cut),
        (any::<usize>(), 0_usize..60).prop_map(|(at, len)| Edit::Remove(at, len)),
        (any::<usize>(), telling).prop_map(|(at, bytes)| Edit::Put(at, bytes)),
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        (any::<usize>(), 0_usize..200).prop_map(|(at, len)| Edit::Repeat(at, len)),
    ]
}

fn spoil(mut bytes: Vec<u8>, edits: &[Edit]) -> Vec<u8> {
    for edit in edits {
        let size = bytes.len().max(1);
        match edit {
            Edit::Cut(at) => bytes.truncate(at % size),
            Edit::Remove(at, len) => {
                let from = (at % size).min(bytes.len());
                let to = (from + len).min(bytes.len());
                bytes.drain(from..to);
            }
            Edit::Put(at, more) => {
                let at = (at % size).min(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Edit::Set(at, byte) => {
                if let Some(place) = bytes.get_mut(at % size) {
                    *place = *byte;
                }
            }
            Edit::Repeat(at, len) => {
                let from = (at % size).min(bytes.len());
                let part = bytes[from..(from + len).min(bytes.len())].to_vec();
                bytes.splice(from..from, part);
            }
        }
    }
    bytes
}

/// Everything that is done with an alert from outside.
fn use_alert(bytes: &[u8]) {
    if let Ok((_, list)) = edxl::alerts(bytes) {
        for received in list.into_iter().flatten() {
            let alert = received.alert;
            cap::footprint(&alert);
            cap::hazard_of(&alert);
            cap::check_references(&alert, |_| cap::Known::NotHeld);
            if let Ok(written) = cap::write(&alert) {
                assert_eq!(cap::parse(&written).unwrap().alert.identifier, alert.identifier);
            }
        }
    }
}

/// So many cases, and no file written when one fails.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..Default::default() }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        use_alert(&bytes);
        let _ = xml::parse(&bytes, &xml::Limits::ALERT);
        let _ = geojson::parse_area(&bytes);
    }

    #[test]
    fn any_text_in_an_alert_is_kept(text in "\\PC{0,40}") {
        let bytes = shared::own("docs/guide/samples/rhine-flood.cap.xml");
        let mut alert = cap::parse(&bytes).unwrap().alert;
        alert.info[0].description = Some(text.clone());
        let again = cap::parse(&cap::write(&alert).unwrap()).unwrap().alert;
        prop_assert_eq!(again, alert);
    }

    #[test]
    fn spoiled_alerts_give_an_answer(edits in prop::collection::vec(edit(), 1..8)) {
        use_alert(&spoil(shared::own("docs/guide/samples/rhine-flood.cap.xml"), &edits));
    }

    #[test]
    fn spoiled_areas_give_an_answer(edits in prop::collection::vec(edit(), 1..8)) {
        let sound = br#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":
            {"a":1},"geometry":{"type":"MultiPolygon","coordinates":[[[[9.5,47.1],[9.6,47.1],
            [9.6,47.2],[9.5,47.1]],[[9.55,47.11],[9.56,47.11],[9.56,47.12],[9.55,47.11]]]]}}]}"#;
        if let Ok(areas) = geojson::parse_area(&spoil(sound.to_vec(), &edits)) {
            let written = geojson::write_area(&areas.polygons);
            let again = geojson::parse_area(&written).unwrap();
            prop_assert_eq!(again.polygons.len(), areas.polygons.len());
        }
    }

    #[test]
    fn texts_of_shapes_give_an_answer(text in "[-0-9., eENaif]{0,60}") {
        let _ = cap::ring_of(&text);
        if let Ok(circle) = cap::circle_of(&text) {
            let _ = circle.ring();
        }
    }
}
